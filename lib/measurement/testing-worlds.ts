import * as fc from 'fast-check';
import type { MadeProbe } from './testing.ts';

/**
 * How a path may fail for a while: packets are dropped; held and let go at the end; held as far as a queue goes, the rest dropped, the
 * newest or the oldest; held and let go in reverse; or answered wrongly (refused by somebody else).
 */
export const kinds = ['drop', 'hold', 'queue-tail-drop', 'queue-head-drop', 'hold-reversed', 'wrong'] as const;
export interface Interruption {
  fromMs: number;
  toMs: number;
  kind: (typeof kinds)[number];
}

/** A prober and a path, as they really were. Times in ms. */
export interface World {
  periodMs: number;
  interruptions: Interruption[];
  probes: MadeProbe[];
  /** Stretches in which the prober did not send. */
  asleep: { fromMs: number; toMs: number }[];
  endMs: number;
}

export const lateAfterMs = 100;
export const waitMs = 10_000;
const queuePlaces = 8;
/** Packets of a queue that is let go leave it so far apart, ms. */
const drainMs = 0.01;

interface Recipe {
  periodMs: number;
  quietMs: number[];
  lengthsMs: number[];
  kinds: Interruption['kind'][];
  /** Sends are late by up to this share of a period. */
  lateness: number;
  skipShare: number;
  forwardMs: number;
  /** The way back takes up to this much longer at random, so that answers overtake each other. */
  backJitterMs: number;
  /** A probe leaves up to this share of a period behind its stamp, and the prober knows within what time it had left. */
  holdShare: number;
  /** The way there as well: then only `lo` less this holds, since nothing tells when a lost probe would have arrived. */
  forwardJitterMs: number;
  asleep: { at: number; forMs: number }[];
  /** It sleeps from shortly before the end of each interruption until shortly after the next has begun, ms. */
  sleepsOverQuietMs: number;
  startsWithin: boolean;
  endsWithin: boolean;
  seed: number;
}

/** Worlds of random outages, jitter, skipped slots, reordering, duplicates, queues, and edges; `fixed` sets what is not to vary. */
export function worlds(fixed: Partial<Recipe> = {}): fc.Arbitrary<World> {
  const recipe = fc.record({
    periodMs: fc.constantFrom(2, 10, 10, 20, 100),
    quietMs: fc.array(fc.double({ min: 250, max: 900, noNaN: true }), { minLength: 1, maxLength: 4 }),
    lengthsMs: fc.array(fc.double({ min: 0.05, max: 800, noNaN: true }), { minLength: 5, maxLength: 5 }),
    kinds: fc.array(fc.constantFrom(...kinds), { minLength: 5, maxLength: 5 }),
    lateness: fc.double({ min: 0, max: 1, noNaN: true }),
    skipShare: fc.constantFrom(0, 0, 0.01, 0.2),
    forwardMs: fc.double({ min: 0.05, max: 30, noNaN: true }),
    backJitterMs: fc.double({ min: 0, max: 60, noNaN: true }),
    forwardJitterMs: fc.constant(0),
    holdShare: fc.constant(0),
    asleep: fc.constant<Recipe['asleep']>([]),
    sleepsOverQuietMs: fc.constant(0),
    startsWithin: fc.constant(false),
    endsWithin: fc.constant(false),
    seed: fc.integer({ min: 1, max: 2 ** 31 - 2 }),
  });
  return recipe.map((drawn) => make({ ...drawn, ...fixed }));
}

function make(recipe: Recipe): World {
  const { periodMs, quietMs, lengthsMs, lateness, skipShare, forwardMs, backJitterMs, forwardJitterMs, holdShare, startsWithin, endsWithin } = recipe;
  const random = generator(recipe.seed);
  const interruptions: Interruption[] = [];
  let atMs = startsWithin ? -quietMs.reduce((least, quiet) => Math.min(least, quiet), 250) - 100 : 0;
  for (const [index, quiet] of quietMs.entries()) {
    const fromMs = atMs + quiet;
    atMs = Math.max(fromMs + (lengthsMs[index] ?? 0), startsWithin && index === 0 ? 150 : 0);
    interruptions.push({ fromMs, toMs: atMs, kind: recipe.kinds[index] ?? 'drop' });
  }
  const last = interruptions.at(-1);
  const endMs = endsWithin && last !== undefined ? (Math.max(0, last.fromMs) + last.toMs) / 2 : atMs + 800;
  const asleep = recipe.asleep.map(({ at, forMs }) => ({ fromMs: at * endMs, toMs: at * endMs + forMs }));
  if (recipe.sleepsOverQuietMs > 0) {
    for (const [index, { toMs }] of interruptions.slice(0, -1).entries()) asleep.push({ fromMs: toMs - forwardMs - recipe.sleepsOverQuietMs, toMs: (interruptions[index + 1]?.fromMs ?? 0) - forwardMs + recipe.sleepsOverQuietMs });
  }
  const queues = new Map<Interruption, { probe: MadeProbe; backMs: number }[]>();
  const probes: MadeProbe[] = [];
  for (let slot = 0; slot * periodMs < endMs; slot++) {
    const sentMs = slot * periodMs + random() * lateness * periodMs;
    if (random() < skipShare || asleep.some(({ fromMs, toMs }) => sentMs >= fromMs && sentMs < toMs)) continue;
    const leavesMs = holdShare === 0 ? sentMs : sentMs + random() * holdShare * periodMs;
    const reachesMs = leavesMs + forwardMs + random() * forwardJitterMs;
    const backMs = 0.05 + random() * backJitterMs;
    const probe: MadeProbe = { atMs: sentMs, rttMs: reachesMs + backMs - sentMs, duplicates: random() < 0.02 ? 1 : 0, ...(holdShare === 0 ? {} : { heldMs: (leavesMs - sentMs) * (1 + random()) }) };
    const hit = interruptions.find(({ fromMs, toMs }) => reachesMs >= fromMs && reachesMs < toMs);
    if (hit !== undefined) {
      probe.rttMs = null;
      const queue = queues.get(hit) ?? [];
      queue.push({ probe, backMs });
      queues.set(hit, queue);
    }
    probes.push(probe);
  }
  for (const [interruption, queue] of queues) release(interruption, queue, forwardMs);
  return { periodMs, interruptions, probes, asleep, endMs };
}

/** What becomes of the packets that an interruption met. */
function release({ toMs, kind }: Interruption, queue: { probe: MadeProbe; backMs: number }[], forwardMs: number): void {
  if (kind === 'drop') return;
  if (kind === 'wrong') {
    for (const { probe, backMs } of queue) Object.assign(probe, { rttMs: forwardMs + backMs, ok: false });
    return;
  }
  const kept = kind === 'queue-tail-drop' ? queue.slice(0, queuePlaces) : kind === 'queue-head-drop' ? queue.slice(-queuePlaces) : queue;
  const order = kind === 'hold-reversed' ? kept.toReversed() : kept;
  for (const [place, { probe, backMs }] of order.entries()) probe.rttMs = toMs + place * drainMs + backMs - probe.atMs;
}

/** Park and Miller's generator: the same numbers for the same seed. */
function generator(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}
