import type { Interval } from '../record/types.ts';

/**
 * Judges an interval by a limit: `pass` when even its upper end keeps it, `fail` when even its lower end breaks it, else
 * `inconclusive`. Without an upper end (never seen to end) it never passes.
 */
export function judgeLimit({ lo, hi }: Interval, limit: number): 'pass' | 'fail' | 'inconclusive' {
  if (lo > limit) return 'fail';
  return hi !== null && hi <= limit ? 'pass' : 'inconclusive';
}
