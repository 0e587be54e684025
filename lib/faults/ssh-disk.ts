import type { DiskHand, Environment } from '../environment/environment.ts';
import { scrub } from '../record/scrub.ts';
import type { ExecResult } from '../transports/ssh.ts';
import { quoteCommand } from '../transports/shell-quote.ts';
import type { DiskControl } from './disk-control.ts';
import { onNode } from './on-node.ts';
import { diskScript } from './ssh-disk-script.ts';

type SshDiskHand = Extract<DiskHand, { hand: 'ssh' }>;

/** Scans wait for controllers, and a volume group for its OSD to stop, ms. */
const actionTimeoutMs = 120_000;
const findTimeoutMs = 15_000;

/** Runs words on the node. */
export type OnNode = (argv: readonly string[], options: { timeoutMs: number; signal: AbortSignal }) => Promise<ExecResult>;

/** Number of the OSD that lies on a disk by its id; empty for other disks. */
const osdOf = (id: string): string => /^osd\.(\d+)$/.exec(id)?.[1] ?? '';

/** Has the node's shell do something to a disk. @throws Error with what it said */
async function actOn(run: OnNode, { id, serial }: Pick<SshDiskHand, 'id' | 'serial'>, node: string, root: string, action: 'find' | 'remove' | 'insert' | 'revive', signal: AbortSignal): Promise<string> {
  const { code, stdout, stderr } = await run(['sh', '-c', diskScript, 'sh', root, action, serial ?? '', osdOf(id)], { signal, timeoutMs: action === 'find' ? findTimeoutMs : actionTimeoutMs });
  if (code === 0) return stdout.trim();
  throw new Error(`The disk ${id} of ${node}${serial === undefined ? '' : ` (${serial})`}: ${scrub(stderr.trim().split('\n').at(-1) ?? '') || `the node's shell ended with status ${code}`}.`);
}

/** Commands by which a person lets an OSD run again whose disk is back; none for other disks. */
export function manualRevival(id: string): string[] {
  const osd = osdOf(id);
  return osd === '' ? [] : [`vgchange -an VG && vgchange -ay VG  # VG: lvs -o vg_name -S 'tags={ceph.osd_id=${osd}}'`, `systemctl reset-failed ceph-osd@${osd}; systemctl start ceph-osd@${osd}`];
}

/**
 * Lets an OSD run again whose disk is back in its slot and whose daemon systemd has given up: the volume lets go of the disk that is
 * gone, and the daemon is started. An OSD that runs, or is still tried by systemd, is left alone.
 *
 * @returns what was done; null where there was nothing to do
 * @throws Error when it cannot be done, or systemd does not tell
 */
export async function reviveOsd(run: OnNode, id: string, node: string, signal: AbortSignal, root = ''): Promise<string | null> {
  if (osdOf(id) === '') return null;
  const state = await actOn(run, { id }, node, root, 'revive', signal);
  return state === '' ? null : `${id} did not run though its disk is back (${state}): its volume was activated again and it was started, over ssh on ${node}`;
}

/** A disk through the kernel of its node. @param root of the node's file system; another than '' in tests */
export function kernelDiskControl(run: OnNode, hand: SshDiskHand, node: string, root = ''): DiskControl {
  const act = async (action: 'find' | 'remove' | 'insert', signal: AbortSignal): Promise<string> => actOn(run, hand, node, root, action, signal);
  const online = hand.zfs === undefined ? null : ['zpool', 'online', hand.zfs.pool, hand.zfs.device];
  return {
    how: `the kernel of ${node} over ssh`,
    byProcess: false,
    read: async (signal) => ((await act('find', signal)) === '' ? 'removed' : 'present'),
    remove: async (signal) => void (await act('remove', signal)),
    insert: async (signal) => {
      await act('insert', signal);
      if (online === null) return;
      const { code, stderr } = await run(online, { signal, timeoutMs: actionTimeoutMs });
      if (code !== 0) throw new Error(`The disk ${hand.id} of ${node} is back, and "${quoteCommand(online)}" ended with status ${code}: ${scrub(stderr.trim())}`);
    },
    manualInsert: () => [
      `# On ${node}:`,
      `for scan in /sys/class/scsi_host/host*/scan; do echo '- - -' > "$scan"; done; echo 1 > /sys/bus/pci/rescan`,
      ...manualRevival(hand.id),
      ...(online === null ? [] : [quoteCommand(online)]),
    ],
  };
}

/** A disk of a node through its kernel, over ssh: deleted there while in use, and found again by a scan. */
export function sshDiskControl(environment: Environment, node: string, hand: SshDiskHand): DiskControl {
  return kernelDiskControl(async (argv, options) => onNode(environment, node, options.signal, async (host) => host.exec(argv, options)), hand, node);
}
