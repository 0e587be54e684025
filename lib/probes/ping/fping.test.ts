import { describe, expect, test } from 'vitest';
import { createFpingParser } from './fping.ts';

describe('lines of fping -l -D (fping 5.1, recorded on Debian 12)', () => {
  test.each([
    ['[1795239914.92680] 10.77.0.2 : [0], 64 bytes, 0.064 ms (0.064 avg, 0% loss)', { kind: 'answer', seq: 0, atMs: 1_795_239_914_926.8, rttMs: 0.064, duplicate: false }],
    ['[1795240006.08468] 10.77.0.2 : [19], 64 bytes, 198 ms (16.6 avg, 40% loss)', { kind: 'answer', seq: 19, atMs: 1_795_240_006_084.68, rttMs: 198, duplicate: false }],
    ['[1795240007.50797] fd00:77::2 : [0], 64 bytes, 0.112 ms (0.112 avg, 0% loss)', { kind: 'answer', seq: 0, atMs: 1_795_240_007_507.97, rttMs: 0.112, duplicate: false }],
    ['[1795239916.42689] 10.77.0.2 : [10], timed out (0.028 avg, 9% loss)', { kind: 'gone', seq: 10, atMs: 1_795_239_916_426.89, afterMs: 500 }],
    ['/usr/bin/fping: can\'t create socket (must run as root?)', { kind: 'fatal', reason: 'can\'t create socket (must run as root?)' }],
    ['', null],
    ['10.77.0.2 : xmt/rcv/%loss = 40/26/35%, min/avg/max = 0.021/0.032/0.089', null],
  ])('%s', (line, expected) => {
    const parsed = createFpingParser(500)(line);
    expect(parsed !== null && 'atMs' in parsed && parsed.atMs !== null ? { ...parsed, atMs: Math.round(parsed.atMs * 100) / 100 } : parsed).toEqual(expected);
  });
});
