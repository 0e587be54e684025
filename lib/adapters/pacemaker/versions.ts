import { versionCommand } from '../../platforms/ceph/commands.ts';
import { corosyncVersionCommand } from '../../platforms/pacemaker/commands.ts';
import { versionsCommand } from '../../platforms/pacemaker/virsh.ts';
import type { CallOptions } from '../hypervisor.ts';
import { ask, withSignal, type PacemakerContext } from './context.ts';

function first(pattern: RegExp, text: string): string | undefined {
  return pattern.exec(text)?.[1];
}

/** Versions of what the cluster is made of, of the node that answers first. They are read once per connection. */
export async function readVersions(context: PacemakerContext, options?: CallOptions): Promise<Record<string, string>> {
  if (context.versions !== null) return context.versions;
  const text = async (argv: readonly string[]): Promise<string> => (await ask(context, argv, withSignal(options))).stdout;
  const [corosync, virsh, ceph, kernel] = await Promise.all([text(corosyncVersionCommand), text(versionsCommand), context.hasStorage ? text(versionCommand) : '', text(['uname', '-r'])]);
  const found = {
    corosync: first(/version '([^']+)'/, corosync),
    libvirt: first(/libvirt (\S+)/, virsh),
    qemu: first(/hypervisor: QEMU (\S+)/, virsh),
    ceph: first(/ceph version (\S+)/, ceph),
    kernel: kernel.trim(),
  };
  context.versions = Object.fromEntries(Object.entries(found).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''));
  return context.versions;
}
