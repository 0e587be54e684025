import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { PingDialect, PingLine } from './dialect.ts';

/** fping refuses shorter periods to ordinary users, and more than one packet a millisecond to anybody. */
const leastPeriodMs = 1;
/** Least time between two packets to any targets that fping keeps by default, ms: shorter periods want it shorter. */
const defaultSpacingMs = 10;

const answer = /^\[(\d+\.\d+)\] \S+ : \[(\d+)\], \d+ bytes, ([\d.]+) ms/;
const timedOut = /^\[(\d+\.\d+)\] \S+ : \[(\d+)\], timed out/;
const fatal = /^(?:\S*\/)?fping: (.+)$/;

/** Reads the lines of `fping -l -D`. An echo that is given up after `waitMs` says when it was sent; not all are listed, so that sequences count. */
export function createFpingParser(waitMs: number): (line: string) => PingLine | null {
  return (line) => {
    const [, at, seq, rtt] = answer.exec(line) ?? timedOut.exec(line) ?? [];
    if (at !== undefined && seq !== undefined && rtt !== undefined) return { kind: 'answer', seq: Number(seq), atMs: Number(at) * 1000, rttMs: Number(rtt), duplicate: false };
    if (at !== undefined && seq !== undefined) return { kind: 'gone', seq: Number(seq), atMs: Number(at) * 1000, afterMs: waitMs };
    const reason = fatal.exec(line)?.[1];
    return reason === undefined ? null : { kind: 'fatal', reason };
  };
}

/** fping in loop mode. Without root or cap_net_raw version 5.1 runs and reports every echo as lost, so it is tried first. */
export const fping: PingDialect = {
  name: 'icmp-fping',
  description: 'one looping fping a target, counted by sequence; what it could not send it does not tell',
  leastPeriodMs,
  firstSeq: 0,
  wraps: false,
  quietMs: ({ periodMs, waitMs }) => waitMs + 2 * periodMs,
  command: ({ periodMs, waitMs, target }, family) => ['fping', `-${family}`, '-l', '-D', '-p', periodMs.toFixed(2), '-i', Math.min(defaultSpacingMs, periodMs).toFixed(2), '-t', String(Math.round(waitMs)), target],
  createParser: ({ waitMs }) => createFpingParser(waitMs),
  async refuseUnusable(family) {
    await promisify(execFile)('fping', [`-${family}`, '-c', '1', '-t', '500', family === 6 ? '::1' : '127.0.0.1']).catch((error: NodeJS.ErrnoException & { stderr?: string }) => {
      if (error.code === 'ENOENT') throw new Error('there is no fping (Debian package fping)');
      throw new Error(`fping gets no answer from this machine itself: it needs root or cap_net_raw, without which it reports every echo as lost (${(error.stderr ?? error.message).trim().split('\n').at(-1) ?? ''})`);
    });
  },
};
