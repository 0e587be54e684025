/** Commands of Pacemaker and corosync as their words. */
import type { FenceDevice } from './cib.ts';

export const votesCommand: readonly string[] = ['corosync-quorumtool', '-s'];
export const tokenCommand: readonly string[] = ['corosync-cmapctl', '-g', 'runtime.config.totem.token'];
export const corosyncNameCommand: readonly string[] = ['corosync-cmapctl', '-g', 'totem.cluster_name'];
export const corosyncVersionCommand: readonly string[] = ['corosync', '-v'];

/** Asks for a resource to run on a node, until the request is cleared. */
export function moveCommand(resource: string, node: string): string[] {
  return ['crm_resource', '--resource', resource, '--move', '--node', node];
}

/** Takes requests by `--move` and `--ban` back. */
export function clearCommand(resource: string): string[] {
  return ['crm_resource', '--resource', resource, '--clear'];
}

/** Makes the cluster forget a resource's failures. */
export function cleanupCommand(resource: string): string[] {
  return ['crm_resource', '--resource', resource, '--cleanup'];
}

/** Wants a resource stopped, or (null) as it is without a wish of ours: started. */
export function targetRoleCommand(resource: string, role: 'Stopped' | null): string[] {
  const parameter = ['--resource', resource, '--meta'];
  return role === null ? ['crm_resource', ...parameter, '--delete-parameter', 'target-role'] : ['crm_resource', ...parameter, '--set-parameter', 'target-role', '--parameter-value', role];
}

/** State of the coordinator: `S_IDLE` when the cluster has nothing left to do. */
export function coordinatorStateCommand(coordinator: string): string[] {
  return ['crmadmin', '--output-as=xml', '--status', coordinator];
}

/** Puts a node in standby (it runs no resource, and still votes), or (false) takes the standby back. */
export function standbyCommand(node: string, wanted: boolean): string[] {
  return ['crm_standby', '--node', node, ...(wanted ? ['--update', 'on'] : ['--delete'])];
}

/** Asks a node's operating system for a clean shutdown with the power off at its end, now. */
export const shutDownCommand: readonly string[] = ['shutdown', '-h', 'now'];

/** Fence devices that can fence a node. */
export function fenceDevicesCommand(node: string): string[] {
  return ['stonith_admin', '--list', node, '--output-as=xml'];
}

/**
 * Asks Pacemaker whether a fence device works. It is content when the device can list what it switches, although its monitor action failed
 * (stonith_admin 2.1.5, seen on the lab): the agent is asked as well.
 */
export function askFenceDeviceCommand(device: string): string[] {
  return ['stonith_admin', '--query', device, '--output-as=xml'];
}

/** Asks the agent of a fence device itself, as Pacemaker does: options on standard input, a line each (the interface of ClusterLabs' agents). */
export function fenceAgentQuestion({ agent, parameters, monitor }: FenceDevice): { argv: string[]; stdin: string } {
  return { argv: [agent], stdin: Object.entries({ ...parameters, action: monitor }).map(([name, value]) => `${name}=${value}\n`).join('') };
}

/** The meta attribute of a resource that holds, wherever it is set. */
export function metaCommand(resource: string, name: string): string[] {
  return ['crm_resource', '--resource', resource, '--meta', '--get-parameter', name];
}

/** Value of a line `key (type) = value` of corosync-cmapctl; null when it is none. */
export function readCmapValue(text: string): string | null {
  return /^\S+ \(\w+\) = (.*)$/m.exec(text)?.[1]?.trim() ?? null;
}
