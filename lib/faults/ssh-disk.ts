import type { DiskHand, Environment } from '../environment/environment.ts';
import { manualRevival, osdOf } from '../platforms/ceph/osd-revival.ts';
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

/** Has the node's shell do something to a disk. @throws Error with what it said */
async function actOn(run: OnNode, { id, serial }: SshDiskHand, node: string, root: string, action: 'find' | 'remove' | 'insert', signal: AbortSignal): Promise<string> {
  const { code, stdout, stderr } = await run(['sh', '-c', diskScript, 'sh', root, action, serial ?? '', osdOf(id)], { signal, timeoutMs: action === 'find' ? findTimeoutMs : actionTimeoutMs });
  if (code === 0) return stdout.trim();
  throw new Error(`The disk ${id} of ${node}${serial === undefined ? '' : ` (${serial})`}: ${scrub(stderr.trim().split('\n').at(-1) ?? '') || `the node's shell ended with status ${code}`}.`);
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
