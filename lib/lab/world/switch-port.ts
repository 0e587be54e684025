import { $ } from '../shell.ts';
import { switchName } from '../topology.ts';

/** `disconnect` takes the carrier from the node's cable, as a port that is shut down does; `connect` gives it back. */
export const portActions = ['connect', 'disconnect', 'status'] as const;
export type PortAction = (typeof portActions)[number];
export type PortStatus = 'connected' | 'disconnected';

/** Ports that were shut down. The switch remembers it when the machine at the other end is switched off and on. */
const shutDown = new Set<string>();

function portOf(node: string): string {
  return `p-${node}`;
}

/** Plugs the network cable of a node, whose first process is `pid`, into the switch. */
export async function plugIn(node: string, pid: number): Promise<void> {
  await $({ input: `link add ${portOf(node)} type veth peer name eth0 netns ${pid}\nlink set ${portOf(node)} master ${switchName} ${shutDown.has(node) ? 'down' : 'up'}\n` })`ip -batch -`;
}

/** Takes away the node's end at the switch. The kernel does it too, but later. */
export async function unplug(node: string): Promise<void> {
  await $({ nothrow: true })`ip link del ${portOf(node)} 2>/dev/null`;
}

/** Whether the kernel has the port up; null while no cable is in it. */
async function isUp(node: string): Promise<boolean | null> {
  const { exitCode, stdout } = await $({ nothrow: true })`ip -json link show dev ${portOf(node)} 2>/dev/null`;
  if (exitCode !== 0) return null;
  return (JSON.parse(stdout) as { flags?: string[] }[])[0]?.flags?.includes('UP') ?? null;
}

/** Shuts a node's port down, opens it, or only looks; resolves when the kernel says so. Idempotent. */
export async function operatePort(node: string, action: PortAction): Promise<PortStatus> {
  if (action === 'disconnect') shutDown.add(node);
  if (action === 'connect') shutDown.delete(node);
  if (action !== 'status') await $({ nothrow: true })`ip link set ${portOf(node)} ${action === 'connect' ? 'up' : 'down'} 2>/dev/null`;
  const up = await isUp(node);
  if (up === shutDown.has(node)) throw new Error(`The kernel has the port of ${node} ${up ? 'up' : 'down'}, and it was to be ${up ? 'down' : 'up'}.`);
  return shutDown.has(node) ? 'disconnected' : 'connected';
}

/** Reads the path of a request to the switch: `/ports/<node>/<action>`. Null when it is none; an error when there is no such port or action. */
export function parsePortPath(path: string, nodes: readonly string[]): { node: string; action: PortAction } | null {
  const [, folder, node = '', name = '', ...rest] = path.split('/').map(decodeURIComponent);
  if (folder !== 'ports') return null;
  const action = portActions.find((candidate) => candidate === name);
  if (action === undefined || rest.length > 0) throw new Error(`The switch can ${portActions.join(', ')}, not "${name}".`);
  if (!nodes.includes(node)) throw new Error(`The switch has no port of "${node}". Its ports are those of ${nodes.join(', ')}.`);
  return { node, action };
}
