import { usageCommand } from '../../platforms/ceph/commands.ts';
import { readUsage, type DiskUsage } from '../../platforms/ceph/usage.ts';
import type { CallOptions, Prerequisite } from '../hypervisor.ts';
import type { StorageState } from '../storage-state.ts';
import { ask, withSignal, type PacemakerContext } from './context.ts';
import { readStorage } from './storage.ts';

const hedgeMs = 6000;
const timeoutMs = 20_000;
/** From here on Ceph warns, and soon after it stops copying (mon_osd_nearfull_ratio, osd backfillfull ratio follows at 0.90). */
const nearFull = 0.85;

const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;

/**
 * Whether copies that are lost with a host can be made again. With more hosts than copies they are made on the others, which need
 * the room; with as many hosts as copies they wait for the host, and no disk may be so full that it takes none. Pure.
 */
export function judgeRoom({ name, copies, disks }: Pick<StorageState, 'name' | 'copies' | 'disks'>, usage: readonly DiskUsage[]): Prerequisite {
  const title = `storage ${name} has room to repair`;
  const remedy = 'Add disks, or delete what nobody needs: a storage without room loses redundancy for good when a disk fails.';
  const hosts = [...new Set(disks.map(({ node }) => node))];
  const of = (host: string): DiskUsage[] => usage.filter(({ id }) => disks.some((disk) => disk.id === id && disk.node === host));
  const sum = (some: readonly DiskUsage[], key: 'bytes' | 'used'): number => some.reduce((total, disk) => total + disk[key], 0);
  if (usage.length === 0 || hosts.some((host) => of(host).length === 0)) return { title, ok: null, detail: 'the usage of some disks is not known', remedy };
  const fullest = Math.max(...usage.map(({ bytes, used }) => (bytes === 0 ? 1 : used / bytes)));
  if (hosts.length <= copies.wanted) return { title, ok: fullest < nearFull, detail: `${copies.wanted} copies on ${hosts.length} hosts: what a host loses is made again when it or its disk is back; the fullest disk is ${percent(fullest)} full, ${percent(nearFull)} is too much`, remedy };
  const after = Math.max(...hosts.map((host) => sum(usage, 'used') / Math.max(1, sum(usage, 'bytes') - sum(of(host), 'bytes'))));
  return { title, ok: fullest < nearFull && after < nearFull, detail: `${copies.wanted} copies on ${hosts.length} hosts: with the largest lost the others would be ${percent(after)} full; the fullest disk is ${percent(fullest)} full, ${percent(nearFull)} is too much`, remedy };
}

/** Room to repair in the redundant storage; nothing where there is none. */
export async function roomPrerequisites(context: PacemakerContext, options?: CallOptions): Promise<Prerequisite[]> {
  if (!context.hasStorage) return [];
  try {
    const [{ storage, unread }, { stdout }] = await Promise.all([readStorage(context, options), ask(context, usageCommand, { hedgeMs, timeoutMs, ...withSignal(options) })]);
    const usage = readUsage(stdout);
    if (storage.length === 0) throw new Error(unread.map(({ why }) => why).join('; ') || 'it names no storage');
    return storage.map((state) => judgeRoom(state, usage));
  } catch (error) {
    options?.signal?.throwIfAborted();
    return [{ title: 'the storage has room to repair', ok: null, detail: (error as Error).message, remedy: 'See whether the monitors of the storage have quorum.' }];
  }
}
