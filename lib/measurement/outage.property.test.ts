import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeSeries } from './testing.ts';
import type { MadeProbe } from './testing.ts';
import { measureWindow } from './window.ts';

const lateAfterMs = 100;
const waitMs = 10_000;

/** A stretch in which the path carries nothing: packets are dropped, or held and let go at its end. */
interface Interruption {
  fromMs: number;
  toMs: number;
  kind: 'drop' | 'hold';
}

interface World {
  periodMs: number;
  interruptions: Interruption[];
  probes: MadeProbe[];
  endMs: number;
}

/** What is usual stays below the threshold of lateness. Uneven pacing, slots that the prober skipped, answers that jitter on their way back and overtake each other, duplicates. */
const worlds = fc.record({
  periodMs: fc.constantFrom(1, 5, 10, 20, 100),
  quietMs: fc.array(fc.double({ min: 250, max: 1500, noNaN: true }), { minLength: 1, maxLength: 4 }),
  lengthsMs: fc.array(fc.double({ min: 0.05, max: 1200, noNaN: true }), { minLength: 4, maxLength: 4 }),
  kinds: fc.array(fc.constantFrom('drop' as const, 'drop' as const, 'hold' as const), { minLength: 4, maxLength: 4 }),
  lateness: fc.double({ min: 0, max: 1, noNaN: true }),
  jitter: fc.double({ min: 0, max: 0.9, noNaN: true }),
  skipShare: fc.constantFrom(0, 0, 0.01, 0.2),
  forwardMs: fc.double({ min: 0.05, max: 30, noNaN: true }),
  seed: fc.integer({ min: 1, max: 2 ** 31 - 2 }),
}).map(({ periodMs, quietMs, lengthsMs, kinds, lateness, jitter, skipShare, forwardMs, seed }): World => {
  const random = generator(seed);
  const interruptions: Interruption[] = [];
  let atMs = 0;
  for (const [index, quiet] of quietMs.entries()) {
    const fromMs = atMs + quiet;
    atMs = fromMs + (lengthsMs[index] ?? 0);
    interruptions.push({ fromMs, toMs: atMs, kind: kinds[index] ?? 'drop' });
  }
  const endMs = atMs + 800;
  const probes: MadeProbe[] = [];
  for (let slot = 0; slot * periodMs < endMs; slot++) {
    if (random() < skipShare) continue;
    const sentMs = slot * periodMs + random() * lateness * periodMs;
    const reachesMs = sentMs + forwardMs;
    const hit = interruptions.find(({ fromMs, toMs }) => reachesMs >= fromMs && reachesMs < toMs);
    const passesMs = hit === undefined ? reachesMs : hit.kind === 'hold' ? hit.toMs : null;
    const backMs = 0.05 + random() * jitter * Math.min(periodMs, 60);
    probes.push({ atMs: sentMs, rttMs: passesMs === null ? null : passesMs + backMs - sentMs, duplicates: random() < 0.02 ? 1 : 0 });
  }
  return { periodMs, interruptions, probes, endMs };
});

/** Park-Miller: the same numbers for the same seed. */
function generator(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

const figuresOf = ({ probes, periodMs }: World, fromMs: number, toMs: number) =>
  measureWindow(makeSeries(probes, { periodMs, waitMs }), fromMs * 1e6, toMs * 1e6, { lateAfterMs, waitMs });

test('the longest interruption lies within [lo, hi], whatever its length, the pacing, the order and the kind', () => {
  fc.assert(fc.property(worlds, (world) => {
    const truthMs = Math.max(...world.interruptions.map(({ fromMs, toMs }) => toMs - fromMs));
    const { outage } = figuresOf(world, 0, world.endMs);
    expect(outage.lo).toBeLessThanOrEqual(truthMs);
    expect(outage.hi).not.toBeNull();
    expect(outage.hi).toBeGreaterThanOrEqual(truthMs);
  }), { numRuns: 2000 });
});

test('each interruption lies within [lo, hi] of a window that its edges cut at random', () => {
  fc.assert(fc.property(worlds, fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (world, pick, startAt, endAt) => {
    const chosen = world.interruptions[pick % world.interruptions.length];
    if (chosen === undefined) throw new Error('a world has an interruption');
    const truthMs = chosen.toMs - chosen.fromMs;
    // Longer than any gap of the sends, so that signs of it must exist; the window then overlaps it for certain.
    fc.pre(truthMs > 400 && chosen.kind === 'drop');
    const startMs = chosen.fromMs - 100 + startAt * (truthMs / 2);
    const endMs = chosen.toMs + 50 - endAt * (truthMs / 4);
    const found = figuresOf(world, startMs, endMs).outages.filter(({ lo, hi }) => lo <= truthMs && (hi ?? Infinity) >= truthMs);
    expect(found.length).toBeGreaterThan(0);
  }), { numRuns: 500 });
});

test('what was sent is what was answered, late and lost', () => {
  fc.assert(fc.property(worlds, (world) => {
    const { sent, answered, late, lost } = figuresOf(world, 0, world.endMs);
    expect(answered + late + lost).toBe(sent);
    expect(lost).toBe(world.probes.filter(({ rttMs }) => rttMs === null).length);
    expect(late).toBe(world.probes.filter(({ rttMs }) => (rttMs ?? 0) > lateAfterMs).length);
  }), { numRuns: 300 });
});

test('with perfect pacing and one drop the interval is two periods wide at most', () => {
  fc.assert(fc.property(fc.double({ min: 20, max: 900, noNaN: true }), fc.double({ min: 200, max: 210, noNaN: true }), (lengthMs, fromMs) => {
    const probes = Array.from({ length: 200 }, (_, slot) => ({ atMs: slot * 10, rttMs: slot * 10 >= fromMs && slot * 10 < fromMs + lengthMs ? null : 0.2 }));
    const { lo, hi } = measureWindow(makeSeries(probes), 0, 2e9, { lateAfterMs, waitMs }).outage;
    expect((hi ?? Infinity) - lo).toBeLessThanOrEqual(20 + 1e-6);
    expect(lo).toBeLessThanOrEqual(lengthMs);
    expect(hi).toBeGreaterThanOrEqual(lengthMs);
  }));
});
