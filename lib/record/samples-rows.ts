import type { Series } from './samples.ts';

/**
 * The columns of an export, for both formats, one row a probe in the order of sending:
 *
 * | column | holds |
 * |---|---|
 * | `seq` | sequence number, the slot of the grid |
 * | `sent_ns` | moment of sending, ns since the run's anchor on CLOCK_MONOTONIC |
 * | `sent_utc` | the same by the wall clock as it was at the anchor, UTC, to the microsecond |
 * | `received_ns` | moment of the first answer, ns since the anchor; empty: none came |
 * | `rtt_ms` | between the two; empty: none came |
 * | `ok` | 1: the first answer was the right one; 0: none, or a wrong one |
 * | `duplicates` | further answers |
 * | `blind` | 1: sent while the prober was blind, so that no answer proves nothing; 0: it was not |
 *
 * Whether an answer was late and whether a probe is lost follows from `rtt_ms`, by the thresholds of the run. A slot in which nothing
 * was sent has no row: `seq` leaves it out. Why the prober was blind is in the samples file itself and in events.jsonl.
 */
export const exportedColumns = ['seq', 'sent_ns', 'sent_utc', 'received_ns', 'rtt_ms', 'ok', 'duplicates', 'blind'] as const;

/** One row of an export. `sentUtcUs` is µs since 1970. */
export interface ExportedRow {
  seq: number;
  sentNs: number;
  sentUtcUs: number;
  receivedNs: number | null;
  rttMs: number | null;
  ok: 0 | 1;
  duplicates: number;
  blind: 0 | 1;
}

/** Rows [from, to) of a series. @param anchorWallMs the wall clock at the anchor, ms since 1970 */
export function exportedRows({ samples, blind }: Series, anchorWallMs: number, from: number, to: number): ExportedRow[] {
  const rows: ExportedRow[] = [];
  for (let row = from; row < Math.min(to, samples.length); row++) {
    const sentNs = samples.sentNs[row] ?? 0;
    const at = samples.receivedNs[row] ?? Number.NaN;
    const receivedNs = Number.isNaN(at) ? null : at;
    rows.push({
      seq: samples.seq[row] ?? 0,
      sentNs,
      sentUtcUs: Math.round(anchorWallMs * 1000 + sentNs / 1000),
      receivedNs,
      rttMs: receivedNs === null ? null : (receivedNs - sentNs) / 1e6,
      ok: samples.ok[row] === 1 ? 1 : 0,
      duplicates: samples.duplicates[row] ?? 0,
      blind: blind.some(({ fromNs, toNs }) => sentNs >= fromNs && sentNs < toNs) ? 1 : 0,
    });
  }
  return rows;
}

/** µs since 1970 as ISO 8601 UTC with microseconds. */
export function isoMicroseconds(us: number): string {
  return `${new Date(Math.floor(us / 1000)).toISOString().slice(0, -1)}${String(us % 1000).padStart(3, '0')}Z`;
}
