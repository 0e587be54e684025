import { expect, test } from 'vitest';
import type { AccountEntry, Evidence, News } from '../adapters/hypervisor.ts';
import { judgeDiskErrors } from './disk-errors.ts';

/** From the logs of Ceph 16 in the lab, when a disk was taken out. */
const failed: AccountEntry = { phase: 'detected', about: 'osd.0', earliest: new Date(0), latest: new Date(1), source: 'log of Ceph on n1', line: 'mon.n1 (mon.0) 312 : cluster [INF] osd.0 failed (root=default,host=n1) (connection refused reported by osd.1)' };
const abort: News = { kind: 'assertion', node: 'n1', about: 'osd.0', log: 'Ceph disks', line: 'ceph_abort_msg("Unexpected IO error. This may suggest a hardware issue. Please check your kernel log!")' };

function judged(evidence: Partial<Evidence>[], disks = ['osd.0']): unknown[] {
  const found: unknown[] = [];
  judgeDiskErrors({ expect: (title, ok) => found.push([title, ok]) }, evidence.map((item) => ({ title: 'a log', mediaType: 'text/plain', text: '', ...item })), disks);
  return found;
}

test('a storage that met the error of the disk noticed by itself', () => {
  expect(judged([{ news: [abort] }, { account: [failed] }])).toEqual([['the storage met an error of osd.0 itself', true]]);
});

test('one that took the disk for failed without an error of its own may only have been told', () => {
  expect(judged([{ news: [] }, { account: [failed] }])).toEqual([['the storage met an error of osd.0 itself', null]]);
  expect(judged([{ news: [{ ...abort, about: 'osd.1' }] }, { account: [failed] }])).toEqual([['the storage met an error of osd.0 itself', null]]);
  expect(judged([{ news: [{ ...abort, kind: 'crash', line: '2026-11-21T10:55:30.489+0000 7f67e97fa6c0 -1 *** Caught signal (Aborted) **' }] }, { account: [failed] }])).toEqual([['the storage met an error of osd.0 itself', null]]);
});

test('where the logs keep silent about disks, and where none was taken out, nothing is asked', () => {
  expect(judged([{ news: [] }])).toEqual([]);
  expect(judged([{ news: [abort] }, { account: [failed] }], [])).toEqual([]);
});
