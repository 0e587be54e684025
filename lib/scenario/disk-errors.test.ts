import { expect, test } from 'vitest';
import type { AccountEntry, Evidence, News } from '../adapters/hypervisor.ts';
import { judgeDiskErrors } from './disk-errors.ts';

/** From the logs of Ceph 16 in the lab, when disks were taken out; the kernel's words from its source. */
const failed: AccountEntry = { phase: 'detected', about: 'osd.0', earliest: new Date(0), latest: new Date(1), source: 'log of Ceph on n1', line: 'mon.n1 (mon.0) 312 : cluster [INF] osd.0 failed (root=default,host=n1) (connection refused reported by osd.1)' };
const abort: News = { kind: 'assertion', node: 'n1', about: 'osd.0', log: 'Ceph disks', line: './src/blk/kernel/KernelDevice.cc: 631: ceph_abort_msg("unexpected aio return value: does not match length")' };
const kernel: News = { kind: 'io-error', node: 'n1', about: 'sdb', log: 'the kernel', line: 'I/O error, dev sdb, sector 2048 op 0x1:(WRITE)' };

function judged(evidence: Partial<Evidence>[], places = [{ node: 'n1', disk: 'osd.0' }]): unknown[] {
  const found: unknown[] = [];
  judgeDiskErrors({ expect: (title, ok) => found.push([title, ok]) }, evidence.map((item) => ({ title: 'a log', mediaType: 'text/plain', text: '', ...item })), places);
  return found;
}

test.each([['its daemon aborts', abort], ['its daemon crashes', { ...abort, kind: 'crash' as const }], ['the kernel of its node meets it', kernel]])('a storage noticed by itself when %s', (_, news) => {
  expect(judged([{ news: [news] }, { account: [failed] }])).toEqual([['the storage met an error of osd.0 itself', true]]);
});

test.each([['nothing', []], ['an error of another disk', [{ ...abort, about: 'osd.1' }]], ['an error on another node', [{ ...kernel, node: 'n2' }]], ['other bad news', [{ ...abort, kind: 'quorum-lost' as const }]]])('one that took the disk for failed, with %s in the logs, may only have been told', (_, news) => {
  expect(judged([{ news }, { account: [failed] }])).toEqual([['the storage met an error of osd.0 itself', null]]);
});

test('where the logs keep silent about disks, and where none was taken out, nothing is asked', () => {
  expect(judged([{ news: [] }])).toEqual([]);
  expect(judged([{ news: [abort] }, { account: [failed] }], [])).toEqual([]);
});
