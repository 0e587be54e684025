/** Who set a limit: the run's environment or limits file, a file that the run was judged again by, or this tool for want of both. */
export type LimitSource = 'run' | 'rejudge' | 'default';

/** What judged a figure. */
export interface JudgedBy {
  /** ms for durations, else a count; null where nobody set one. */
  limit: number | null;
  /** Null where there is no limit. Absent: the version that judged did not say. */
  limitFrom?: LimitSource | null;
}
