import { describe, expect, test } from 'vitest';
import { shiftBetween } from '../measurement/shift.ts';
import { judgeDifference } from './difference.ts';
import type { DifferenceFacts, DifferenceWord } from './difference.ts';

const shift = (estimate: number, lo: number | null, hi: number | null): DifferenceFacts['shift'] => ({ estimate, lo, hi });

test.each<{ what: string; facts: Partial<DifferenceFacts>; word: DifferenceWord; because?: RegExp }>([
  { what: 'an interval that leaves zero out', facts: { shift: shift(500, 400, 600) }, word: 'different' },
  { what: 'the same downwards', facts: { shift: shift(-500, -600, -400) }, word: 'different' },
  { what: 'a difference beyond the margin', facts: { shift: shift(500, 400, 600), margin: 300 }, word: 'different', because: /by more than the margin/ },
  { what: 'a difference that may be within the margin', facts: { shift: shift(500, 200, 800), margin: 300 }, word: 'different', because: /not shown/ },
  { what: 'an interval within the margin', facts: { shift: shift(10, -80, 90), margin: 100 }, word: 'equivalent' },
  { what: 'an interval within the margin that leaves zero out', facts: { shift: shift(60, 40, 80), margin: 100 }, word: 'equivalent' },
  { what: 'the same without a margin', facts: { shift: shift(10, -80, 90) }, word: 'not-enough-data', because: /no margin/ },
  { what: 'an interval that holds zero and reaches beyond the margin', facts: { shift: shift(10, -80, 101), margin: 100 }, word: 'not-enough-data', because: /beyond the margin/ },
  { what: 'five figures on one side', facts: { n: [5, 20], shift: shift(500, 400, 600) }, word: 'not-enough-data', because: /5 figures/ },
  { what: 'no interval', facts: { shift: shift(500, null, null) }, word: 'not-enough-data' },
  { what: 'no shift', facts: { shift: null }, word: 'not-enough-data' },
  { what: 'a difference smaller than can be measured', facts: { shift: shift(15, 5, 19) }, word: 'below-resolution' },
  { what: 'a small difference with a wide interval', facts: { shift: shift(15, 5, 40) }, word: 'below-resolution', because: /leaves zero out/ },
  { what: 'a margin finer than can be measured', facts: { shift: shift(1, -8, 9), margin: 10 }, word: 'below-resolution', because: /margin is finer/ },
])('$what: $word', ({ facts, word, because = /./ }) => {
  const verdict = judgeDifference({ n: [6, 6], shift: null, resolution: 20, margin: null, ...facts });
  expect(verdict.word).toBe(word);
  expect(verdict.because).toMatch(because);
});

describe('equivalence is two one-sided tests', () => {
  const few = 6;
  /** How often each number of couples is in order, over all 924 orders of six and six values: every one of them is counted. */
  const orders = Array.from({ length: 2 ** (2 * few) }, (_, ways) => Array.from({ length: 2 * few }, (__, bit) => (ways >> bit) & 1)).filter((order) => order.reduce((sum, one) => sum + one, 0) === few);
  const inOrder = orders.map((order) => order.reduce((sum, second, place) => sum + (second === 1 ? order.slice(0, place).filter((earlier) => earlier === 0).length : 0), 0));
  /** Exact one-sided probability that the second sample lies at least so far above the first, were `by` the shift. */
  const above = (first: readonly number[], second: readonly number[], by: number): number => {
    const seen = second.reduce((sum, value) => sum + first.filter((other) => value - by > other).length, 0);
    return inOrder.filter((couples) => couples >= seen).length / inOrder.length;
  };
  const below = (first: readonly number[], second: readonly number[], by: number): number => above(second, first, -by);

  test('each at 2.5 %, by the exact rank-sum distribution that counting all orders gives', () => {
    let state = 7;
    const random = (): number => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
    const words = new Set<DifferenceWord>();
    for (let trial = 0; trial < 300; trial += 1) {
      const [first, second] = [Array.from({ length: few }, () => random() * 100), Array.from({ length: few }, () => random() * 100 + trial / 6)];
      const margin = 40 + random() * 100;
      const { word } = judgeDifference({ n: [few, few], shift: shiftBetween(first, second), resolution: 0.001, margin });
      const shown = above(first, second, -margin) <= 0.025 && below(first, second, margin) <= 0.025;
      expect(word === 'equivalent').toBe(shown);
      words.add(word);
    }
    expect(orders).toHaveLength(924);
    expect([...words].toSorted()).toEqual(['different', 'equivalent', 'not-enough-data']);
  });

  test("Student's sleep data are not equivalent within half an hour, as the R package TOSTER says of them (p = 0.89)", () => {
    const [one, other] = [[0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2], [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]];
    expect(judgeDifference({ n: [10, 10], shift: shiftBetween(one ?? [], other ?? []), resolution: 0.1, margin: 0.5 }).word).not.toBe('equivalent');
  });
});
