import { migrationEventsReading, type MigrationEvent } from '../../platforms/hyperv/readings.ts';
import type { CallOptions, MigrationOutcome } from '../hypervisor.ts';
import { runOn, type HypervContext } from './context.ts';
import type { Guest } from './guest-lookup.ts';

/** Hyper-V-VMMS-Admin: the blackout of a live migration, and the same when it was long (field reports). */
const blackoutIds = new Set([20415, 20417]);
/** Hyper-V-VMMS-Admin: a live migration succeeded; failed. */
const succeeded = 20418;
const failed = 21024;

/** A blackout in ms. Written with decimals it is seconds, as people report it; a bare whole number could be either, and is none. */
export function blackoutMs(text: string): number | null {
  const fraction = /^(\d+)[.,](\d+)(?: ?s)?$/.exec(text.trim());
  return fraction === null ? null : Number(`${fraction[1]}.${fraction[2]}`) * 1000;
}

/** Hyper-V-Worker-Admin (field reports): summary, brownout, blackout with its dirty pages. What their properties are is not known, so they are shown as they are. */
const workerIds: ReadonlyMap<number, string> = new Map([[22507, 'summary'], [22508, 'brownout'], [22509, 'blackout and dirty pages']]);

export type Proof = Pick<MigrationOutcome, 'downtimeMs' | 'proof' | 'source'> & { failures: string[]; notes: string[] };

/** What the events of both nodes prove about the migration of a machine. Properties are read, never messages: those are translated. */
export function proofOf(events: readonly (MigrationEvent & { node: string })[], machine: string): Proof {
  const ours = events.filter(({ properties }) => properties.some((property) => property.toLowerCase() === machine));
  const failures = ours.filter(({ id }) => id === failed).map(({ node, properties }) => `event ${failed} on ${node}: ${properties.join(', ')}`);
  const notes = ours.flatMap(({ id, node, properties }) => (workerIds.has(id) ? [`event ${id} of Hyper-V-Worker-Admin on ${node} (${workerIds.get(id) ?? ''}): ${properties.join(', ')}`] : []));
  const blackout = ours.find(({ id }) => blackoutIds.has(id));
  const raw = blackout?.properties[2];
  const downtimeMs = raw === undefined ? null : blackoutMs(raw);
  if (blackout !== undefined && downtimeMs !== null) return { downtimeMs, proof: 'hypervisor', source: `event ${blackout.id} of Hyper-V-VMMS-Admin on ${blackout.node}: blackout ${raw}`, failures, notes };
  const success = ours.find(({ id }) => id === succeeded) ?? blackout;
  if (success === undefined) return { downtimeMs: null, proof: 'none', source: 'neither node logged an event of the migration', failures, notes };
  return { downtimeMs: null, proof: 'manager', source: `event ${success.id} of Hyper-V-VMMS-Admin on ${success.node}${raw === undefined ? '' : `; its blackout "${raw}" has no unit and is not used`}`, failures, notes };
}

/** Reads what both nodes logged since a moment; a node that cannot be read proves nothing. */
export async function readProof(context: HypervContext, { machine }: Guest, nodes: readonly string[], since: ReadonlyMap<string, Date>, options: CallOptions): Promise<Proof> {
  const answers = await Promise.all(nodes.map(async (node) => {
    try {
      const { value } = await runOn(context, node, 'read-migration-events', migrationEventsReading, { ...options, parameters: { Since: (since.get(node) ?? new Date()).toISOString() } });
      return value.events.map((event) => ({ ...event, node }));
    } catch (error) {
      options.signal?.throwIfAborted();
      return error as Error;
    }
  }));
  const proof = proofOf(answers.flatMap((answer) => (answer instanceof Error ? [] : answer)), machine);
  const mute = answers.flatMap((answer) => (answer instanceof Error ? [answer.message] : []));
  return mute.length === 0 ? proof : { ...proof, source: `${proof.source}; unread: ${mute.join('; ')}` };
}
