import { instanceEventsReading, membershipReading } from '../../platforms/hyperv/readings.ts';
import type { CallOptions } from '../hypervisor.ts';
import type { InstanceEnd } from '../outcomes.ts';
import { runOn, type HypervContext } from './context.ts';
import { guestNamed } from './guest-lookup.ts';

/** Hyper-V-Worker-Admin (field reports): a machine was turned off, and was shut down. 18500, read as well, is its start. */
const endIds = new Set([18502, 18504]);
const phase = 'reading when an instance ended';

/**
 * When a node ended its own instance of a guest, by its own log. Null where it tells of no end, or of a start behind it: then the
 * instance may be running.
 *
 * @throws AdapterError, SshError, PowerShellError when the node cannot be read.
 */
export async function instanceEnd(context: HypervContext, name: string, node: string, since: Date, options: CallOptions = {}): Promise<InstanceEnd | null> {
  const { machine } = await guestNamed(context, name, phase, options);
  // The clock first: "since" is the node's own moment.
  const { clock } = await runOn(context, node, 'read-membership', membershipReading, options);
  const { value } = await runOn(context, node, 'read-instance-events', instanceEventsReading, { ...options, parameters: { Id: machine, Since: new Date(since.getTime() + clock.ms - clock.errorMs).toISOString() } });
  const last = value.events.toSorted((one, other) => one.record - other.record).at(-1);
  if (last === undefined || !endIds.has(last.id)) return null;
  const atMs = last.utc.getTime() - clock.ms;
  return { earliest: new Date(atMs - clock.errorMs), latest: new Date(atMs + clock.errorMs), source: `event ${last.id} of Hyper-V-Worker-Admin on ${node}` };
}
