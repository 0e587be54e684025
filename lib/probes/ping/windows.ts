import { execFile } from 'node:child_process';
import { isIPv6 } from 'node:net';
import { promisify } from 'node:util';
import type { PingDialect, PingLine } from './dialect.ts';

/** ping.exe has no option for the interval: it sends a second after the answer, or as soon as it gave up. */
const leastPeriodMs = 1000;
/** Patience with one echo, ms: while it lasts nothing else is sent. */
const patienceMs = 1000;

/** Words are translated, figures are not: only these are looked at. Two of the characters before `ms` may be a space of the old code page. */
const ttl = /\bTTL=\d+/;
const time = /[=<]\s*(\d+)[^\d=]{0,3}ms/;

/**
 * Reads the output of `ping -t` of any language. There are no sequence numbers: after the header each line is one echo.
 * Over IPv4 an answer is a line with a TTL: "Destination host unreachable" comes from somebody else, and without one. Answers over
 * IPv6 have no TTL; there an answer is a line with a round trip time. Whole milliseconds only; `<1ms` is taken as 0.5 ms.
 */
export function createWindowsParser(target: string): (line: string) => PingLine | null {
  let lines = -1;
  return (line) => {
    if (line.trim() === '') return null;
    const seq = lines++;
    if (seq < 0) return null;
    const rtt = time.exec(line);
    if (rtt === null || !(isIPv6(target) || ttl.test(line))) return { kind: 'unanswered', seq, atMs: null };
    return { kind: 'answer', seq, atMs: null, rttMs: rtt[0].startsWith('<') ? Number(rtt[1]) / 2 : Number(rtt[1]), duplicate: false };
  };
}

/** ping of Windows. Its output comes in the old code page of the system: it is read byte for byte. */
export const windowsPing: PingDialect = {
  name: 'icmp-ping-windows',
  description: 'one streaming ping of Windows a target, about one echo a second, whole milliseconds, stamped when its lines are read; never tried on Windows itself',
  leastPeriodMs,
  firstSeq: 0,
  wraps: false,
  quietMs: ({ periodMs }) => periodMs + 2 * patienceMs,
  command: ({ target }, family) => ['ping', '-t', `-${family}`, '-w', String(patienceMs), target],
  createParser: ({ target }) => createWindowsParser(target),
  async refuseUnusable(family) {
    await promisify(execFile)('ping', ['-n', '1', `-${family}`, family === 6 ? '::1' : '127.0.0.1'], { encoding: 'latin1' }).catch((error: Error) => {
      throw new Error(`ping does not work here: ${error.message.trim()}`);
    });
  },
};
