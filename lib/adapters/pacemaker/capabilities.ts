import { fsidCommand } from '../../platforms/ceph/commands.ts';
import { propertiesOf } from '../../platforms/pacemaker/cib.ts';
import { backupSupported } from '../../platforms/pacemaker/domain.ts';
import { capabilitiesCommand } from '../../platforms/pacemaker/virsh.ts';
import type { XmlElement } from '../../platforms/pacemaker/xml.ts';
import type { CallOptions, Capability } from '../hypervisor.ts';
import { ask, withSignal, type PacemakerContext } from './context.ts';
import { pacemakerOptions } from './options.ts';

const off = new Set(['false', 'off', 'no', 'n', '0']);

/** Whether a Ceph cluster answers to the nodes. */
export async function storageAnswers(context: PacemakerContext, options?: CallOptions): Promise<boolean> {
  try {
    await ask(context, fsidCommand, { ...withSignal(options), hedgeMs: 6000, timeoutMs: 20_000 });
    return true;
  } catch {
    options?.signal?.throwIfAborted();
    return false;
  }
}

async function canBackUp(context: PacemakerContext, options?: CallOptions): Promise<boolean> {
  if (pacemakerOptions(context.environment).backup === undefined) return false;
  try {
    return backupSupported((await ask(context, capabilitiesCommand, withSignal(options))).stdout);
  } catch {
    options?.signal?.throwIfAborted();
    return false;
  }
}

/** What this cluster can do. Fencing is on unless the configuration turns it off: that is Pacemaker's default. */
export async function readCapabilities(context: PacemakerContext, cib: XmlElement, options?: CallOptions): Promise<Set<Capability>> {
  const found = new Set<Capability>(['live-migration', 'cluster-lock']);
  if (!off.has((propertiesOf(cib)['stonith-enabled'] ?? 'true').toLowerCase())) found.add('node-fencing');
  if (context.hasStorage) found.add('redundant-storage');
  if (await canBackUp(context, options)) found.add('backup');
  return found;
}
