import { describe, expect, test } from 'vitest';
import { parseMacosLine } from './macos.ts';

describe('lines of ping on macOS', () => {
  test.each([
    // As in the recorded outputs among the tests of the npm package ping 1.0.0 (test/fixture/macos/en/sample1.txt).
    ['64 bytes from 172.217.24.46: icmp_seq=0 ttl=54 time=5.371 ms', { kind: 'answer', seq: 0, atMs: null, rttMs: 5.371, duplicate: false }],
    // Invented after the sources of ping and ping6 in Apple's network_cmds.
    ['16 bytes from ::1, icmp_seq=3 hlim=64 time=0.071 ms', { kind: 'answer', seq: 3, atMs: null, rttMs: 0.071, duplicate: false }],
    ['64 bytes from 192.0.2.1: icmp_seq=9 ttl=64 time=0.205 ms (DUP!)', { kind: 'answer', seq: 9, atMs: null, rttMs: 0.205, duplicate: true }],
    ['Request timeout for icmp_seq 65535', { kind: 'unanswered', seq: 65_535, atMs: null }],
    ['ping: sendto: No route to host', { kind: 'refused', reason: 'No route to host' }],
    ['ping: cannot resolve web.example: Unknown host', { kind: 'fatal', reason: 'cannot resolve web.example: Unknown host' }],
    ['PING 192.0.2.1 (192.0.2.1): 56 data bytes', null],
    ['4 packets transmitted, 4 packets received, 0.0% packet loss', null],
    ['round-trip min/avg/max/stddev = 4.269/4.960/5.371/0.424 ms', null],
    ['92 bytes from 192.0.2.9: Destination Host Unreachable', null],
  ])('%s', (line, expected) => {
    expect(parseMacosLine(line)).toEqual(expected);
  });
});
