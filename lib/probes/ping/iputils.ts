import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { PingDialect, PingLine } from './dialect.ts';

/** ping refuses shorter intervals to ordinary users. */
const leastPeriodMs = 2;
const env = { ...process.env, LC_ALL: 'C' };

const answer = /^\[(\d+\.\d+)\] \d+ bytes from .*?icmp_seq=(\d+) ttl=\d+ time=([\d.]+) ms(.*)$/;
const unanswered = /^\[(\d+\.\d+)\] no answer yet for icmp_seq=(\d+)$/;
const refused = /^ping6?: (?:sendmsg|sendto): (.+)$/;
const fatal = /^ping6?: (.+)$/;

/** A line of `ping -n -D -O` (iputils, LC_ALL=C). Null: headers, statistics, what routers say about a probe that then stays unanswered. */
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

/** ping of Linux (iputils): time stamps of its own, and a line for each probe that is unanswered when the next one is due. */
export const iputils: PingDialect = {
  name: 'icmp-ping',
  description: 'one streaming ping of iputils a target, which keeps its period less well (10 ms becomes 16 ms on a kernel with HZ=250)',
  leastPeriodMs,
  firstSeq: 1,
  wraps: true,
  quietMs: ({ periodMs }) => 2 * periodMs,
  command: ({ periodMs, target }, family) => ['ping', `-${family}`, '-n', '-D', '-O', '-i', (Math.max(leastPeriodMs, periodMs) / 1000).toFixed(4), target],
  createParser: () => parsePingLine,
  async refuseUnusable(family) {
    const { stdout } = await promisify(execFile)('ping', ['-V'], { env }).catch(() => ({ stdout: '' }));
    if (!stdout.includes('iputils')) throw new Error('there is no ping of iputils (Debian package iputils-ping)');
    const trial = await promisify(execFile)('ping', [`-${family}`, '-n', '-c', '1', '-W', '1', family === 6 ? '::1' : '127.0.0.1'], { env }).catch((error: { stderr?: string }) => ({ stderr: error.stderr ?? '' }));
    if (/not permitted|cap_net_raw|socket:|socktype|not supported/i.test(trial.stderr)) throw new Error(`ping may not open a socket: ${trial.stderr.trim()}`);
  },
};
