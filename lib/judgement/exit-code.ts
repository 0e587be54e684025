import type { Verdict, Verdicts } from '../record/types.ts';

const codes: Record<Verdict, 0 | 1 | 2 | 3> = { pass: 0, fail: 1, inconclusive: 2, blocked: 3, 'not-applicable': 0 };

/** Exit code of a run's verdicts: 1 a fail, else 2 something inconclusive, else 3 something blocked, else 0. */
export function exitCodeOf({ verdict }: Pick<Verdicts, 'verdict'>): 0 | 1 | 2 | 3 {
  return codes[verdict];
}
