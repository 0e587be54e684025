import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bridgeNs } from './outage.ts';
import { makeSeries } from './testing.ts';
import { lateAfterMs, waitMs, worlds } from './testing-worlds.ts';
import type { Interruption, World } from './testing-worlds.ts';
import { measureWindow } from './window.ts';
import type { WindowFigures } from './window.ts';

const cases = { numRuns: Number(process.env['ESTIMATOR_CASES'] ?? 200) };
const lengthOf = ({ fromMs, toMs }: Interruption): number => toMs - fromMs;
const longestOf = ({ interruptions }: World): number => Math.max(...interruptions.map(lengthOf));

/** The longest interruption, ms, those that are one by definition (`bridgeNs`) joined. */
function longestJoined({ interruptions, periodMs }: World): number {
  let sinceMs = Number.NaN;
  return Math.max(...interruptions.map(({ fromMs, toMs }, index) => {
    if (!(fromMs - (interruptions[index - 1]?.toMs ?? Number.NaN) <= bridgeNs(periodMs) / 1e6)) sinceMs = fromMs;
    return toMs - sinceMs;
  }));
}

function figuresOf({ probes, periodMs, endMs, asleep }: World, endsThere = false): WindowFigures {
  const blind = asleep.map(({ fromMs, toMs }) => ({ fromNs: fromMs * 1e6, toNs: toMs * 1e6, reason: 'asleep' }));
  // Where the recording ends with the series, an answer that came later was not seen.
  const seen = endsThere ? probes.map((probe) => ((probe.rttMs ?? 0) + probe.atMs > endMs ? { ...probe, rttMs: null } : probe)) : probes;
  return measureWindow(makeSeries(seen, { periodMs, waitMs, blind, ...(endsThere ? { endMs } : {}) }), 0, endMs * 1e6, { lateAfterMs, waitMs });
}

/** Times are kept in whole nanoseconds, and a length has two ends. */
const roundingMs = 2.1e-6;
function expectWithin(truthMs: number, { lo, hi }: { lo: number; hi: number | null }): void {
  expect(lo).toBeLessThanOrEqual(truthMs + roundingMs);
  expect(hi ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(truthMs - roundingMs);
}

describe('the truth lies within [lo, hi]', () => {
  test('of the longest interruption, whatever the path does with the packets, the order of the answers and the pacing', () => {
    fc.assert(fc.property(worlds(), (world) => {
      const { outage } = figuresOf(world);
      expectWithin(longestOf(world), outage);
      expect(outage.hi).not.toBeNull();
    }), cases);
  });

  test('of a path that drops, for each interruption that lasts, in order, and no other outage is reported', () => {
    fc.assert(fc.property(worlds({ kinds: ['drop', 'drop', 'drop', 'drop', 'drop'], skipShare: 0, backJitterMs: 30 }), (world) => {
      const { outages } = figuresOf(world);
      // Two periods meet a probe for certain, whatever the lateness of the sends.
      const certain = world.interruptions.filter((interruption) => lengthOf(interruption) > 2 * world.periodMs);
      const met = outages.map(({ startedAtNs }) => world.interruptions.findIndex(({ fromMs, toMs }) => startedAtNs / 1e6 > fromMs - 31 && startedAtNs / 1e6 < toMs));
      expect(met).toEqual([...new Set(met)].toSorted((a, b) => a - b));
      expect(met).not.toContain(-1);
      expect(certain.map((interruption) => world.interruptions.indexOf(interruption)).filter((index) => !met.includes(index))).toEqual([]);
      for (const [index, outage] of outages.entries()) expectWithin(lengthOf(world.interruptions[met[index] ?? 0] ?? { fromMs: 0, toMs: 0, kind: 'drop' }), outage);
    }), cases);
  });

  test('of the queue that is let go late, whether it dropped its oldest or its newest, in order or reversed', () => {
    fc.assert(fc.property(fc.constantFrom('queue-tail-drop' as const, 'queue-head-drop' as const, 'hold' as const, 'hold-reversed' as const).chain((kind) => worlds({ kinds: [kind, kind, kind, kind, kind], backJitterMs: 5 })), (world) => {
      const { outage, answered, late, lost, sent } = figuresOf(world);
      expectWithin(longestOf(world), outage);
      expect(answered + late + lost).toBe(sent);
    }), cases);
  });

  test('when probes left the prober a while behind their stamps, and it knows within what time', () => {
    fc.assert(fc.property(fc.constantFrom(2, 10, 20).chain((periodMs) => worlds({ periodMs, holdShare: 0.95, lateness: 0, skipShare: 0, kinds: ['drop', 'wrong', 'drop', 'wrong', 'drop'] })), (world) => {
      const { outage } = figuresOf(world);
      expectWithin(longestOf(world), outage);
      expect(outage.hi).not.toBeNull();
    }), cases);
  });

  test('when the prober slept, within interruptions or across their ends', () => {
    const asleep = fc.array(fc.record({ at: fc.double({ min: 0.02, max: 0.9, noNaN: true }), forMs: fc.double({ min: 1, max: 900, noNaN: true }) }), { minLength: 1, maxLength: 3 });
    fc.assert(fc.property(asleep.chain((naps) => worlds({ asleep: naps })), (world) => {
      const { outage, blindMs } = figuresOf(world);
      expectWithin(longestOf(world), outage);
      expect(blindMs).toBeGreaterThan(0);
    }), cases);
  });

  test('when the prober slept from one interruption into the next, and nobody saw the path work in between', () => {
    fc.assert(fc.property(worlds({ sleepsOverQuietMs: 30, lengthsMs: [300, 450, 380, 290, 500], kinds: ['drop', 'wrong', 'drop', 'drop', 'wrong'] }), (world) => {
      const { outage } = figuresOf(world);
      expectWithin(longestOf(world), outage);
      expect(outage.hi).not.toBeNull();
    }), cases);
  });

  test('when the prober slept over a short quiet: what less than the bridge parts is one interruption, and what more parts is not', () => {
    fc.assert(fc.property(fc.array(fc.double({ min: 5, max: 200, noNaN: true }), { minLength: 2, maxLength: 4 }).chain((quiet) => worlds({ sleepsOverQuietMs: 5, quietMs: [300, ...quiet], lengthsMs: [300, 450, 380, 290, 500], kinds: ['drop', 'drop', 'drop', 'drop', 'drop'], skipShare: 0 })), (world) => {
      const { lo, hi } = figuresOf(world).outage;
      expect(lo).toBeLessThanOrEqual(longestJoined(world) + roundingMs);
      expect(hi ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(longestOf(world) - roundingMs);
    }), cases);
  });

  test('when an interruption follows close on another, with three periods in between, be answers held or not', () => {
    fc.assert(fc.property(fc.array(fc.double({ min: 31, max: 120, noNaN: true }), { minLength: 2, maxLength: 4 }).chain((quiet) => worlds({ quietMs: [300, ...quiet], skipShare: 0, periodMs: 10 })), (world) => {
      const { outage } = figuresOf(world);
      expectWithin(longestOf(world), outage);
      expect(outage.hi).not.toBeNull();
    }), cases);
  });

  test('less the jitter of the way there, which nothing tells of a lost probe', () => {
    // Together with the way back no longer than what counts as late: 30 + 40 + 25 ms.
    fc.assert(fc.property(fc.double({ min: 0.1, max: 40, noNaN: true }).chain((jitter) => worlds({ forwardJitterMs: jitter, backJitterMs: 25, kinds: ['drop', 'drop', 'wrong', 'drop', 'wrong'] }).map((world) => ({ world, jitter }))), ({ world, jitter }) => {
      const { lo, hi } = figuresOf(world).outage;
      expect(lo - jitter).toBeLessThanOrEqual(longestOf(world) + roundingMs);
      expectWithin(longestOf(world), { lo: lo - jitter, hi });
    }), cases);
  });
});

describe('at the edges of a recording', () => {
  test('an interruption that was under way when it began has no upper bound, and the lower one holds', () => {
    fc.assert(fc.property(worlds({ startsWithin: true, kinds: ['drop', 'drop', 'wrong', 'drop', 'drop'], skipShare: 0, quietMs: [250, 400] }), (world) => {
      const { outage, outages } = figuresOf(world);
      expect(outage.hi).toBeNull();
      expect(outages[0]?.hi).toBeNull();
      const [first] = world.interruptions;
      expect(outages[0]?.lo).toBeLessThanOrEqual((first?.toMs ?? 0) - (first?.fromMs ?? 0));
    }), cases);
  });

  test('one that was still under way when it ended has none either, unless too little of it was seen', () => {
    fc.assert(fc.property(worlds({ endsWithin: true, kinds: ['drop', 'drop', 'drop', 'drop', 'drop'], skipShare: 0 }), (world) => {
      const { outage } = figuresOf(world, true);
      const last = world.interruptions.at(-1);
      const before = world.interruptions.slice(0, -1).map(lengthOf);
      const seenMs = world.endMs - (last?.fromMs ?? 0);
      expect(outage.lo).toBeLessThanOrEqual(Math.max(seenMs, ...before) + roundingMs);
      // What is sent within the threshold of lateness before the end may still be answered.
      if (seenMs > lateAfterMs + 2 * world.periodMs + 31) expect(outage.hi).toBeNull();
    }), cases);
  });
});

describe('how narrow the interval is', () => {
  test('one dropped stretch, even pacing, quick answers: two periods at most, and mid is off by less than one', () => {
    fc.assert(fc.property(worlds({ kinds: ['drop', 'drop', 'drop', 'drop', 'drop'], lateness: 0, skipShare: 0, backJitterMs: 0, quietMs: [400] }), (world) => {
      const truthMs = longestOf(world);
      fc.pre(truthMs > world.periodMs);
      const [outage] = figuresOf(world).outages;
      const [lo, hi] = [outage?.lo ?? Number.NaN, outage?.hi ?? Number.NaN];
      expect(hi - lo).toBeLessThanOrEqual(2 * world.periodMs + roundingMs);
      expect(Math.abs((lo + hi) / 2 - truthMs)).toBeLessThanOrEqual(world.periodMs + roundingMs);
    }), cases);
  });

  test('no interruption: nothing is lost, late or reported, and hi is no more than the gaps of the sends and the answers allow', () => {
    fc.assert(fc.property(worlds({ lengthsMs: [0, 0, 0, 0, 0], skipShare: 0 }), (world) => {
      const { outages, lost, late, outage } = figuresOf(world);
      expect({ outages, lost, late }).toEqual({ outages: [], lost: 0, late: 0 });
      expect(outage.lo).toBe(0);
      expect(outage.hi).toBeLessThanOrEqual(2 * world.periodMs + 60 + roundingMs);
    }), cases);
  });
});
