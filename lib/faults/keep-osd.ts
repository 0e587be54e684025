import type { Environment } from '../environment/environment.ts';
import { diskHandOf, wordOf } from './environment-parts.ts';
import type { InverseContext, UndoData } from './fault.ts';
import { onNode } from './on-node.ts';
import { manualRevival, reviveOsd } from './ssh-disk.ts';

/**
 * Whether somebody has to look after the OSD on a disk that is back: on Proxmox VE, behind every hand but the kernel's, which does so by
 * itself. A disk that a parent or a person plugs in again is another one for the kernel, while the volume of the OSD still holds on to
 * the one that is gone, and systemd has given the daemon up after three starts in vain (ceph-osd@.service, StartLimitBurst). No request
 * of the platform's API lets the volume go.
 */
function needsKeeping(environment: Environment, node: string, disk: string): boolean {
  return environment.platform === 'proxmox' && diskHandOf(environment, node, disk).hand !== 'ssh';
}

/** Starts an OSD again that systemd has given up though its disk is back; what was done, or null. Nothing without a way into the node by ssh. */
export async function keepOsd({ data }: UndoData, { environment, signal }: Pick<InverseContext, 'environment' | 'signal'>): Promise<string | null> {
  const [node, disk] = [wordOf(data, 'node'), wordOf(data, 'disk')];
  if (environment.ssh === undefined || !needsKeeping(environment, node, disk)) return null;
  return reviveOsd(async (argv, options) => onNode(environment, node, options.signal, async (host) => host.exec(argv, options)), disk, node, signal);
}

/** The same by hand. */
export function manualKeeping(environment: Environment, node: string, disk: string): string[] {
  const commands = needsKeeping(environment, node, disk) ? manualRevival(disk) : [];
  return commands.length === 0 ? [] : [`# If ${disk} does not run again then ("systemctl status ceph-${disk.replace('.', '@')}"), on ${node}:`, ...commands];
}
