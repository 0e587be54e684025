import { scrub } from '../../record/scrub.ts';
import { manualRevival, osdOf, revivalCommand } from '../../platforms/ceph/osd-revival.ts';
import type { CallOptions } from '../hypervisor.ts';
import type { ProxmoxContext } from './context.ts';

/** A volume group waits for its OSD to stop, ms. */
const defaultTimeoutMs = 120_000;

/**
 * Starts an OSD again that systemd has given up though its disk is back, over ssh: a disk that is plugged in again is another one for the
 * kernel, while the volume of the OSD still holds on to the one that is gone, and three starts in vain were enough for systemd
 * (ceph-osd@.service, StartLimitBurst). No request of the API lets the volume go.
 *
 * @returns what was done; null where there was nothing to do, or there is no way into the node by ssh
 * @throws Error when it cannot be done, or systemd does not tell
 */
export async function reviveDisk({ fleet }: Pick<ProxmoxContext, 'fleet'>, node: string, disk: string, { signal, timeoutMs = defaultTimeoutMs }: CallOptions = {}): Promise<string | null> {
  const host = fleet?.hosts.get(node);
  const osd = osdOf(disk);
  if (host === undefined || osd === '') return null;
  const { code, stdout, stderr } = await host.exec(revivalCommand(osd), { timeoutMs, ...(signal === undefined ? {} : { signal }) });
  if (code !== 0) throw new Error(`The disk ${disk} of ${node}: ${scrub(stderr.trim().split('\n').at(-1) ?? '') || `the node's shell ended with status ${code}`}.`);
  const state = stdout.trim();
  return state === '' ? null : `${disk} did not run though its disk is back (${state}): its volume was activated again and it was started, over ssh on ${node}`;
}

/** The same by hand. */
export function manualDiskRevival(node: string, disk: string): string[] {
  const commands = manualRevival(disk);
  return commands.length === 0 ? [] : [`# If ${disk} does not run again then ("systemctl status ceph-${disk.replace('.', '@')}"), on ${node}:`, ...commands];
}
