import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { PingDialect, PingLine } from './dialect.ts';

/** The manual refuses shorter intervals to ordinary users. */
const leastPeriodMs = 100;

const answer = /^\d+ bytes from [^,]*?[:,] icmp_seq=(\d+) (?:ttl|hlim)=\d+ time=([\d.]+) ms(.*)$/;
const unanswered = /^Request timeout for icmp_seq (\d+)$/;
const refused = /^ping6?: (?:sendto|sendmsg): (.+)$/;
const fatal = /^ping6?: (.+)$/;

/** A line of macOS's `ping -n` or `ping6 -n` (not translated on any system). Sequences start at 0; no time stamps. */
export function parseMacosLine(line: string): PingLine | null {
  const [, seq, rtt, rest] = answer.exec(line) ?? [];
  if (seq !== undefined && rtt !== undefined) return { kind: 'answer', seq: Number(seq), atMs: null, rttMs: Number(rtt), duplicate: rest?.includes('DUP!') === true };
  const missing = unanswered.exec(line)?.[1];
  if (missing !== undefined) return { kind: 'unanswered', seq: Number(missing), atMs: null };
  const refusal = refused.exec(line)?.[1];
  if (refusal !== undefined) return { kind: 'refused', reason: refusal };
  const reason = fatal.exec(line)?.[1];
  return reason === undefined ? null : { kind: 'fatal', reason };
}

/** ping of macOS: `-D` and `-W` mean other things than on Linux, there is no `-O`, and IPv6 has a program of its own. */
export const macosPing: PingDialect = {
  name: 'icmp-ping-macos',
  description: 'one streaming ping of macOS a target, stamped when its lines are read; never tried on macOS itself',
  leastPeriodMs,
  firstSeq: 0,
  wraps: true,
  quietMs: ({ periodMs }) => 2 * periodMs,
  command: ({ periodMs, target }, family) => [family === 6 ? 'ping6' : 'ping', '-n', '-i', (Math.max(leastPeriodMs, periodMs) / 1000).toFixed(3), target],
  createParser: () => parseMacosLine,
  async refuseUnusable(family) {
    const [program, loopback] = family === 6 ? ['ping6', '::1'] : ['ping', '127.0.0.1'];
    await promisify(execFile)(program, ['-n', '-c', '1', loopback]).catch((error: Error) => {
      throw new Error(`${program} does not work here: ${error.message.trim()}`);
    });
  },
};
