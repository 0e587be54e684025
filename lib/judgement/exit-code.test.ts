import { expect, test } from 'vitest';
import type { Verdict } from '../record/types.ts';
import { exitCodeOf } from './exit-code.ts';
import { overallVerdict } from './overall.ts';

const cases: { verdicts: Verdict[]; incomplete?: boolean; overall: Verdict; code: number }[] = [
  { verdicts: ['pass', 'pass'], overall: 'pass', code: 0 },
  { verdicts: ['pass', 'not-applicable'], overall: 'pass', code: 0 },
  { verdicts: ['not-applicable'], overall: 'not-applicable', code: 0 },
  { verdicts: ['blocked', 'inconclusive', 'fail', 'pass'], overall: 'fail', code: 1 },
  { verdicts: ['blocked', 'inconclusive', 'pass'], overall: 'inconclusive', code: 2 },
  { verdicts: ['blocked', 'pass'], overall: 'blocked', code: 3 },
  { verdicts: [], overall: 'inconclusive', code: 2 },
  { verdicts: ['pass'], incomplete: true, overall: 'inconclusive', code: 2 },
  { verdicts: ['not-applicable'], incomplete: true, overall: 'inconclusive', code: 2 },
  { verdicts: ['fail'], incomplete: true, overall: 'fail', code: 1 },
];

test.each(cases)('$verdicts, incomplete $incomplete: $overall, exit code $code', ({ verdicts, incomplete = false, overall, code }) => {
  const verdict = overallVerdict(verdicts.map((one) => ({ verdict: one })), incomplete);
  expect(verdict).toBe(overall);
  expect(exitCodeOf({ verdict })).toBe(code);
});
