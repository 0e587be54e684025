import { setTimeout as sleep } from 'node:timers/promises';
import { migrationEventsReading } from '../../platforms/hyperv/readings.ts';
import type { CallOptions } from '../hypervisor.ts';
import type { MigrationOutcome } from '../outcomes.ts';
import { runOn, type HypervContext } from './context.ts';
import type { Guest } from './guest-lookup.ts';
import { fits, isAbout, migrationFigures, secondsOf, type MoveEvent } from './migration-figures.ts';

/** Hyper-V-VMMS-Admin: the blackout of a live migration, and the same when it was long (field reports). */
const blackoutIds = new Set([20415, 20417]);
/** Hyper-V-VMMS-Admin: a live migration succeeded; failed. */
const succeeded = 20418;
const failed = 21024;

/** Hyper-V-Worker-Admin (field reports): summary, brownout, blackout with its dirty pages. They stand in the log of the move as they are. */
const workerIds: ReadonlyMap<number, string> = new Map([[22507, 'summary'], [22508, 'brownout'], [22509, 'blackout and dirty pages']]);

/** The cluster calls a move done a moment before the hypervisor has written it down: so often it is looked, so far apart, ms. */
const attempts = 3;
const pauseMs = 700;

export type Proof = Pick<MigrationOutcome, 'downtimeMs' | 'proof' | 'source' | 'downtimeErrorMs'> & Required<Pick<MigrationOutcome, 'figures'>> & { failures: string[]; notes: string[] };

/** What was read, of which machine, and how long the whole move took as we saw it, ms. */
interface Read {
  machine: string;
  wholeMs: number;
  nodes: readonly string[];
  /** What could not be read, in words. */
  unread: readonly string[];
}

/** What the events of both nodes prove about the migration of a machine. Properties are read, never messages: those are translated. Pure. */
export function proofOf(events: readonly MoveEvent[], { machine, wholeMs, nodes, unread }: Read): Proof {
  const ours = events.filter((event) => isAbout(event, machine));
  const blackout = ours.find(({ id }) => blackoutIds.has(id));
  const raw = blackout?.properties[2];
  const written = raw === undefined ? null : secondsOf(raw);
  const downtime = written !== null && fits(written, wholeMs) ? written : null;
  const rest = {
    failures: ours.filter(({ id }) => id === failed).map(({ node, properties }) => `event ${failed} on ${node}: ${properties.join(', ')}`),
    notes: ours.flatMap(({ id, node, properties }) => (workerIds.has(id) ? [`event ${id} of Hyper-V-Worker-Admin on ${node} (${workerIds.get(id) ?? ''}): ${properties.join(', ')}`] : [])),
    figures: migrationFigures(ours, { machine, wholeMs, nodes, unread, hasDowntime: downtime !== null }),
  };
  const also = unread.length === 0 ? '' : `; unread: ${unread.join('; ')}`;
  if (blackout !== undefined && downtime !== null) return { ...rest, downtimeMs: downtime.ms, downtimeErrorMs: downtime.errorMs, proof: 'hypervisor', source: `event ${blackout.id} of Hyper-V-VMMS-Admin on ${blackout.node}: blackout ${raw} (seconds, by published messages of it)${also}` };
  const success = ours.find(({ id }) => id === succeeded) ?? blackout;
  if (success === undefined) return { ...rest, downtimeMs: null, proof: 'none', source: `no event of the migration on ${nodes.join(' or ')}${also}` };
  const refused = raw === undefined ? '' : written === null ? `; its blackout "${raw}" is no duration and is not used` : `; its blackout "${raw}" is, in seconds, longer than the whole migration and is not used`;
  return { ...rest, downtimeMs: null, proof: 'manager', source: `event ${success.id} of Hyper-V-VMMS-Admin on ${success.node}${refused}${also}` };
}

/** Reads what both nodes logged since a moment; a node or a log that cannot be read proves nothing, and is named. */
async function readOnce(context: HypervContext, { machine }: Guest, nodes: readonly string[], since: ReadonlyMap<string, Date>, wholeMs: number, options: CallOptions): Promise<Proof> {
  const answers = await Promise.all(nodes.map(async (node) => {
    try {
      const { value } = await runOn(context, node, 'read-migration-events', migrationEventsReading, { ...options, parameters: { Since: (since.get(node) ?? new Date()).toISOString() } });
      return { node, events: value.events.map((event) => ({ ...event, node })), unread: value.unreadable.map(({ log, why }) => `${log} of ${node}: ${why}`) };
    } catch (error) {
      options.signal?.throwIfAborted();
      return { node: null, events: [], unread: [(error as Error).message] };
    }
  }));
  return proofOf(answers.flatMap(({ events }) => events), { machine, wholeMs, nodes: answers.flatMap(({ node }) => node ?? []), unread: answers.flatMap(({ unread }) => unread) });
}

/** What both nodes wrote down of a move that took `wholeMs`, as we saw it. It is looked for again while the hypervisor has not told its blackout. */
export async function readProof(...given: Parameters<typeof readOnce>): Promise<Proof> {
  const { signal } = given[5];
  for (let attempt = 1; ; attempt += 1) {
    const proof = await readOnce(...given);
    if (proof.proof === 'hypervisor' || attempt === attempts) return proof;
    await sleep(pauseMs, undefined, signal === undefined ? {} : { signal });
  }
}
