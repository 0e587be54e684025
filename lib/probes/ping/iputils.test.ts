import { describe, expect, test } from 'vitest';
import { parsePingLine } from './iputils.ts';

describe('lines of ping (iputils 20221126, recorded)', () => {
  test.each([
    ['[1795229068.827337] 64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=0.190 ms', { kind: 'answer', seq: 1, atMs: 1_795_229_068_827.337, rttMs: 0.19, duplicate: false }],
    ['[1795229068.827337] 64 bytes from 192.0.2.1: icmp_seq=7 ttl=64 time=0.190 ms (DUP!)', { kind: 'answer', seq: 7, atMs: 1_795_229_068_827.337, rttMs: 0.19, duplicate: true }],
    ['[1795240011.172242] 64 bytes from fd00:77::2: icmp_seq=1 ttl=64 time=0.035 ms', { kind: 'answer', seq: 1, atMs: 1_795_240_011_172.242, rttMs: 0.035, duplicate: false }],
    ['ping: connect: Network is unreachable', { kind: 'fatal', reason: 'connect: Network is unreachable' }],
    ['[1795229068.900001] no answer yet for icmp_seq=65535', { kind: 'unanswered', seq: 65_535, atMs: 1_795_229_068_900.001 }],
    ['ping: sendmsg: Network is unreachable', { kind: 'refused', reason: 'Network is unreachable' }],
    ['ping: socktype: SOCK_RAW, ai_family: AF_INET: Operation not permitted', { kind: 'fatal', reason: 'socktype: SOCK_RAW, ai_family: AF_INET: Operation not permitted' }],
  ])('%s', (line, expected) => {
    expect(parsePingLine(line)).toEqual(expected);
  });

  test.each([
    'PING 127.0.0.1 (127.0.0.1) 56(84) bytes of data.',
    '[1795229068.9] From 192.0.2.9 icmp_seq=3 Destination Host Unreachable',
    '--- 127.0.0.1 ping statistics ---',
    '23 packets transmitted, 23 received, 0% packet loss, time 356ms',
    'ping: Warning: source address might be selected on device other than: eth0',
    '',
  ])('"%s" says nothing about a probe', (line) => {
    expect(parsePingLine(line)).toBeNull();
  });
});
