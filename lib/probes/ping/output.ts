/** A line of `ping -n -D -O` (iputils, LC_ALL=C) that says something. `atMs`: CLOCK_REALTIME, ms since 1970 with fractions. */
export type PingLine =
  /** An answer, received at `atMs`. */
  | { kind: 'answer'; seq: number; atMs: number; rttMs: number; duplicate: boolean }
  /** The probe before was not answered yet when the next one was about to be sent, at `atMs`. */
  | { kind: 'unanswered'; seq: number; atMs: number }
  /** The kernel refused to send the probe whose turn it was. */
  | { kind: 'refused'; reason: string }
  /** ping cannot work here at all. */
  | { kind: 'fatal'; reason: string };

const answer = /^\[(\d+\.\d+)\] \d+ bytes from .*?icmp_seq=(\d+) ttl=\d+ time=([\d.]+) ms(.*)$/;
const unanswered = /^\[(\d+\.\d+)\] no answer yet for icmp_seq=(\d+)$/;
const refused = /^ping: (?:sendmsg|sendto): (.+)$/;
const fatal = /^ping: (.+)$/;

/** Null for everything else: headers, statistics, what routers say about a probe that then simply stays unanswered. */
export function parsePingLine(line: string): PingLine | null {
  const [, at, seq, rtt, rest] = answer.exec(line) ?? unanswered.exec(line) ?? [];
  if (at !== undefined && seq !== undefined && rtt !== undefined) {
    return { kind: 'answer', seq: Number(seq), atMs: Number(at) * 1000, rttMs: Number(rtt), duplicate: rest?.includes('DUP!') === true };
  }
  if (at !== undefined && seq !== undefined) return { kind: 'unanswered', seq: Number(seq), atMs: Number(at) * 1000 };
  const refusal = refused.exec(line)?.[1];
  if (refusal !== undefined) return { kind: 'refused', reason: refusal };
  const reason = fatal.exec(line)?.[1];
  return reason === undefined || reason.startsWith('Warning') ? null : { kind: 'fatal', reason };
}

/** ping prints sequences modulo 65536: the full one is the nearest to the newest seen. */
export function unwrapSequence(printed: number, newest: number): number {
  return printed + 65_536 * Math.round((newest - printed) / 65_536);
}
