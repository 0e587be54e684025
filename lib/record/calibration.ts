/** What the prober measured of synthetic outages of known length before the run. Durations are ms; quantiles are of all outages. */
export interface Calibration {
  engine: string;
  engineReason: string;
  /** Where the synthetic outages were made, and how. */
  method: string;
  /** Period that was calibrated. */
  periodMs: number;
  /** Outages shown, those that were seen, and those whose true length lay within [lo, hi] (an unseen one: within what may go unseen). */
  outages: number;
  seen: number;
  within: number;
  /** The farthest that a true length lay outside. */
  outsideMs: number;
  /** |middle of the interval - truth|, and the width of the intervals. */
  errorMs: CalibratedSpread;
  widthMs: CalibratedSpread;
  sendGapMs: { p99: number | null; max: number | null };
  /** Probes that were dropped, reported lost or late, and reported so although nothing was dropped. */
  dropped: number;
  lost: number;
  falseLosses: number;
  /** The smallest limit of an outage that can be judged at the run's own period: two periods, and what this machine adds to them. */
  finestLimitMs: number;
  tookMs: number;
}

export interface CalibratedSpread {
  median: number | null;
  p95: number | null;
  max: number | null;
}
