import { expect, test } from 'vitest';
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
