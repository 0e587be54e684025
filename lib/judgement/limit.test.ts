import { assert, double, property } from 'fast-check';
import { expect, test } from 'vitest';
import { judgeLimit } from './limit.ts';

test.each([
  { lo: 0, hi: 1000, limit: 1000, verdict: 'pass' },
  { lo: 900, hi: 1000.001, limit: 1000, verdict: 'inconclusive' },
  { lo: 1000, hi: 1020, limit: 1000, verdict: 'inconclusive' },
  { lo: 1000.001, hi: 1020, limit: 1000, verdict: 'fail' },
  { lo: 0, hi: 0, limit: 0, verdict: 'pass' },
  { lo: 0, hi: 2, limit: 0, verdict: 'inconclusive' },
  { lo: 1, hi: 1, limit: 0, verdict: 'fail' },
  { lo: 0, hi: null, limit: 1000, verdict: 'inconclusive' },
  { lo: 1001, hi: null, limit: 1000, verdict: 'fail' },
  { lo: 0, hi: Number.NaN, limit: 1000, verdict: 'inconclusive' },
  { lo: Number.NaN, hi: Number.NaN, limit: 1000, verdict: 'inconclusive' },
])('[$lo, $hi] against $limit: $verdict', ({ lo, hi, limit, verdict }) => {
  expect(judgeLimit({ lo, hi }, limit)).toBe(verdict);
});

test('pass and fail are right for every true value in the interval; a wider interval never turns fail into pass', () => {
  const figure = double({ min: 0, max: 1e6, noNaN: true });
  assert(property(figure, figure, figure, (a, b, limit) => {
    const [lo, hi] = [Math.min(a, b), Math.max(a, b)];
    const verdict = judgeLimit({ lo, hi }, limit);
    expect(verdict === 'pass').toBe(hi <= limit);
    expect(verdict === 'fail').toBe(lo > limit);
    expect(judgeLimit({ lo: 0, hi: hi + 1 }, limit)).not.toBe('fail');
  }));
});
