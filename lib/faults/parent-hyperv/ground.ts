import type { Environment } from '../../environment/environment.ts';
import { nestingReading, type Nesting } from '../../platforms/hyperv/machine-readings.ts';
import { scriptNamed } from '../../platforms/hyperv/scripts.ts';
import { askWindows, wayToParent } from '../on-host.ts';
import type { ParentFinding } from '../power-control.ts';
import { quoted, type HypervHand } from './machine.ts';

const readTimeoutMs = 30_000;

/**
 * What a machine needs to be a node whose power and disks may be taken (documented for nested Hyper-V: virtualization that is exposed,
 * fixed memory, adapters that let other addresses pass; unsupported: checkpoints of nodes). Whether it is given virtualization counts only
 * where its guests are Hyper-V's, which knows no other way. Pure.
 */
export function nestingFindings({ name, clustered, virtualization, dynamicMemory, checkpoints, adapters }: Nesting, { host, nestsHyperv }: { host: string; nestsHyperv: boolean }): ParentFinding[] {
  const what = `machine ${name} of the Hyper-V host ${host}`;
  const closed = adapters.filter(({ spoofing }) => spoofing !== 'On').map((adapter) => adapter.name);
  return [
    { title: `${what} is left off by its host when it is turned off`, ok: !clustered, detail: clustered ? 'it is a role of a cluster that its host belongs to, which starts it again' : 'no cluster of its host manages it', remedy: 'Take it out of that cluster (Remove-ClusterGroup -VMId, with -RemoveResources), or use another hand.' },
    { title: `${what} has no checkpoint`, ok: checkpoints === 0, detail: checkpoints === 0 ? 'none' : `${checkpoints}: another file stands in the place of each of its disks`, remedy: `Run Get-VMSnapshot -VMName ${quoted(name)} | Remove-VMSnapshot on the host, and wait until its disks are merged.` },
    ...(nestsHyperv ? [
      { title: `${what} may run guests`, ok: virtualization, detail: virtualization ? 'virtualization is exposed to it' : 'virtualization is not exposed to it', remedy: `Shut it down, and run Set-VMProcessor -VMName ${quoted(name)} -ExposeVirtualizationExtensions $true on the host.` },
      { title: `${what} has a fixed memory`, ok: !dynamicMemory, detail: dynamicMemory ? 'its memory is dynamic, which does not work while it runs guests' : 'it has', remedy: `Shut it down, and run Set-VMMemory -VMName ${quoted(name)} -DynamicMemoryEnabled $false on the host.` },
      { title: `guests on ${what} can be reached`, ok: adapters.length === 0 ? false : closed.length < adapters.length, detail: adapters.length === 0 ? 'it has no network adapter' : closed.length === 0 ? 'each of its adapters lets their addresses pass' : `${closed.length} of ${adapters.length} adapters let no other address pass: ${closed.join(', ')}`, remedy: `Run Set-VMNetworkAdapter -VMName ${quoted(name)} -MacAddressSpoofing On on the host, for the adapters that carry the traffic of guests.` },
    ] : []),
  ];
}

/** Asks the host of a node. @throws Error when it cannot be asked, or does not have the machine */
export async function hypervGround(environment: Environment, hand: HypervHand, signal: AbortSignal): Promise<ParentFinding[]> {
  const { found, machine } = await askWindows(wayToParent(environment, hand), scriptNamed('read-nesting'), nestingReading, { parameters: { Guest: hand.guest }, timeoutMs: readTimeoutMs, signal });
  if (machine === null) throw new Error(`The Hyper-V host ${hand.host} shows ${found === 0 ? 'no machine' : `${found} machines`} "${hand.guest}" to this account. Correct nodes[].power.guest.`);
  return nestingFindings(machine, { host: hand.host, nestsHyperv: environment.platform === 'hyperv' });
}
