import { propertiesOf } from '../../platforms/pacemaker/cib.ts';
import { backupSupported } from '../../platforms/pacemaker/domain.ts';
import { capabilitiesCommand } from '../../platforms/pacemaker/virsh.ts';
import type { XmlElement } from '../../platforms/pacemaker/xml.ts';
import type { CallOptions, Capability } from '../hypervisor.ts';
import { ask, withSignal, type PacemakerContext } from './context.ts';
import { pacemakerOptions } from './options.ts';

const off = new Set(['false', 'off', 'no', 'n', '0']);

/** Succeeds where a node has Ceph's client and knows a Ceph cluster, fails where it has not; starts no client. */
const hasClientCommand: readonly string[] = ['sh', '-c', 'command -v ceph > /dev/null && test -e /etc/ceph/ceph.conf'];
const hasClientTimeoutMs = 10_000;

/**
 * Whether the cluster has a Ceph cluster for its storage. Only nodes that say they have no client or no configuration of Ceph
 * make it absent: a storage that does not answer, or a node that says nothing, does not. Disks in the environment file are
 * a promise that there is one.
 */
export async function storageExists(context: PacemakerContext, options?: CallOptions): Promise<boolean> {
  if (context.environment.nodes.some((node) => node.disks.length > 0)) return true;
  const answers = [...(await context.fleet.each(hasClientCommand, { timeoutMs: hasClientTimeoutMs, ...withSignal(options) })).values()].flatMap((answer) => (answer instanceof Error ? [] : [answer.code]));
  return answers.length === 0 || answers.includes(0);
}

/** Whether guests can be backed up as the environment file wants it; a host that does not answer is no host that cannot. */
async function canBackUp(context: PacemakerContext, options?: CallOptions): Promise<boolean> {
  if (pacemakerOptions(context.environment).backup === undefined) return false;
  try {
    return backupSupported((await ask(context, capabilitiesCommand, withSignal(options))).stdout);
  } catch {
    options?.signal?.throwIfAborted();
    return true;
  }
}

/** What this cluster can do. Fencing is on unless the configuration turns it off: that is Pacemaker's default. */
export async function readCapabilities(context: PacemakerContext, cib: XmlElement, options?: CallOptions): Promise<Set<Capability>> {
  const found = new Set<Capability>(['live-migration', 'cluster-lock', 'drain']);
  if (!off.has((propertiesOf(cib)['stonith-enabled'] ?? 'true').toLowerCase())) found.add('node-fencing');
  if (context.hasStorage) found.add('redundant-storage');
  // What was backed up is a disk image and a definition: any host can restore it under another name.
  if (await canBackUp(context, options)) found.add('backup').add('backup-restore');
  return found;
}
