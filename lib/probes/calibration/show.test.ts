import { describe, expect, test } from 'vitest';
import { joinPieces, pieceIn } from './gated.ts';
import { gateSlotOf, planOutages, randomOutage, showFor, streamShowFor } from './show.ts';

test.each([1, 2, 5, 10, 20, 100, 1000])('outages at %d ms keep to their slots, are never shorter than two periods, and are enough', (periodMs) => {
  const show = showFor(periodMs, 'threads');
  expect(show.targets * show.slots).toBeGreaterThanOrEqual(100);
  expect(show.slots * show.slotMs).toBeLessThanOrEqual(3000);
  for (const draw of [0, 0.3, 0.999_999]) {
    const { atMs, lengthMs } = randomOutage(show, () => draw);
    expect(lengthMs).toBeGreaterThanOrEqual(2 * show.periodMs);
    expect(atMs).toBeGreaterThanOrEqual(show.marginMs);
    expect(atMs + lengthMs).toBeLessThanOrEqual(show.slotMs - show.marginMs + 1e-9);
  }
});

test('a period that would take long is calibrated at a shorter one', () => {
  expect(showFor(1000, 'threads').periodMs).toBe(100);
});

test('engines with a process a target are shown to few', () => {
  expect(showFor(10, 'processes').targets).toBeLessThanOrEqual(8);
});

describe.each([1, 10, 100, 1000])('beside icmp every %d ms', (periodMs) => {
  const beside = showFor(periodMs, 'threads');

  test.each([20, 100, 500])('connections every %d ms fit into its time, with room between outages', (streamPeriodMs) => {
    const show = streamShowFor(streamPeriodMs, 4, 2, beside);
    expect(show.slots).toBeGreaterThanOrEqual(2);
    expect(show.slots * show.slotMs).toBeLessThanOrEqual(beside.slots * beside.slotMs);
    expect(show.longestMs).toBeGreaterThan(show.shortestMs);
    expect(show.targets).toBeGreaterThanOrEqual(2);
    expect(4 * (show.targets - 2) * (1000 / show.periodMs)).toBeLessThanOrEqual(240);
  });

  test('outages across the slots of the gate are cut into pieces, none is left out, and the kernel\'s pieces are joined again', () => {
    const show = streamShowFor(100, 4, 2, beside);
    const slotMs = gateSlotOf(beside);
    const outages = [...planOutages({ ...beside, targets: 2 }, 0), ...planOutages(show, 2)];
    const slots = Math.round((beside.slots * beside.slotMs) / slotMs);
    const windows = Array.from({ length: (2 + show.targets) * slots }, (_, index) => {
      const [target, slot] = [Math.floor(index / slots), index % slots];
      const { atNs, lengthNs } = pieceIn(outages, target, slot, slotMs);
      const fromNs = Math.round(slot * slotMs * 1e6 + atNs);
      return { target, fromNs, toNs: fromNs + Math.round(lengthNs), passed: 0, dropped: lengthNs > 0 ? 1 : 0 };
    });
    const joined = joinPieces(windows);
    expect(joined.map(({ target }) => target)).toEqual(outages.map(({ target }) => target));
    for (const [index, { fromMs, toMs }] of outages.entries()) {
      expect(joined[index]?.fromNs).toBeCloseTo(fromMs * 1e6, -1);
      expect(joined[index]?.toNs).toBeCloseTo(toMs * 1e6, -1);
    }
    expect(joined.reduce((sum, { dropped }) => sum + dropped, 0)).toBe(windows.filter(({ dropped }) => dropped > 0).length);
  });
});
