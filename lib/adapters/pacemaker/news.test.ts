import { expect, test } from 'vitest';
import { newsOf, newsPattern } from './news.ts';
import type { NewsKind } from '../hypervisor.ts';

const span = { earliestMs: 5, latestMs: 6 };

function kindsOf(line: string, sinceMs = 0): [NewsKind, string | null][] {
  return newsOf([{ line, span }], { node: 'n1', log: 'a log', about: null, sinceMs }).map(({ kind, about }) => [kind, about]);
}

/** Lines of the lab's own logs, and, marked so, of the sources of the programs. */
test.each<{ what: string; line: string; kind: NewsKind; about: string | null }>([
  { what: 'a fencing', line: "notice: Operation 'off' targeting n2 by n1 for pacemaker-controld.192@n3: OK (complete) | id=7d09e3f0", kind: 'fencing', about: 'n2' },
  { what: 'a fencing that failed', line: "error: Operation 'off' targeting n2 by n1 for pacemaker-controld.192@n3: Error occurred (complete) | id=7d09e3f0", kind: 'fencing-failed', about: 'n2' },
  { what: 'a fencing that nobody could do (source)', line: 'notice: Peer n2 was not terminated (off) by <anyone> on behalf of pacemaker-controld.192@n3: No such device', kind: 'fencing-failed', about: 'n2' },
  { what: 'a guest that runs twice (source)', line: 'error: Resource web is active on 2 nodes (attempting recovery)', kind: 'split-brain', about: 'web' },
  { what: 'two parts with a coordinator each', line: 'Nov 21 09:12:03.029 n1 pacemaker-controld  [198] (crmd_ha_msg_filter) \twarning: Another DC detected: n3 (op=noop)', kind: 'two-coordinators', about: 'n3' },
  { what: 'lost quorum (source)', line: 'warning: Quorum lost | membership=18 members=1', kind: 'quorum-lost', about: null },
  { what: 'a guest that could not be started (source)', line: 'notice: Result of start operation for web on n3: error | CIB update 60, graph action confirmed; call=24 key=web_start_0 rc=1', kind: 'action-failed', about: 'web' },
  { what: 'a disk that fails (source)', line: '2026-11-21T05:56:18+0000 n1 kernel: I/O error, dev sdb, sector 2048 op 0x1:(WRITE) flags 0x0', kind: 'io-error', about: 'sdb' },
  { what: 'memory that ran out (source)', line: '2026-11-21T05:56:18+0000 n1 kernel: Out of memory: Killed process 4711 (qemu-system-x86)', kind: 'out-of-memory', about: null },
  { what: 'a start that was killed (source)', line: 'Nov 21 06:57:52.849 n3 pacemaker-execd [270] (async_action_complete) info: web_start_0[1451] terminated with signal 9 (Killed)', kind: 'crash', about: null },
  { what: 'a storage daemon that crashed', line: '2026-11-21T05:56:18.641+0000 7f3e24ff96c0 -1 *** Caught signal (Aborted) **', kind: 'crash', about: null },
  { what: 'a program that crashed (source)', line: '2026-11-21T05:56:18+0000 n1 kernel: qemu-system-x86[912]: segfault at 0 ip 00007f', kind: 'crash', about: null },
  { what: 'a daemon of the cluster that crashed (source)', line: 'Nov 21 06:57:52.849 n3 pacemakerd [170] (pcmk_child_exit) error: pacemaker-controld[192] terminated with signal 11 (core=1)', kind: 'crash', about: null },
  { what: 'an assertion of a daemon (source)', line: 'Nov 21 09:29:28.477 n3 pacemaker-fenced    [171] (log_assertion_as) \terror: crm_ipc_close: Triggered fatal assertion at ipc.c:12 : client != NULL', kind: 'assertion', about: null },
  { what: 'an assertion (source)', line: "2026-11-21T05:56:18Z qemu-system-x86_64: ../block/io.c:100: bdrv_x: Assertion `s' failed.", kind: 'assertion', about: null },
])('$what is bad news', ({ line, kind, about }) => {
  expect(kindsOf(line)).toEqual([[kind, about]]);
});

test.each([
  'notice: Result of probe operation for web on n3: not running | CIB update 60; rc=7',
  'notice: Result of start operation for web on n1: ok | CIB update 60; rc=0',
  'info: Result of monitor operation for web on n2: Cancelled | call=30 key=web_monitor_10000',
  'info: Quorum retained | membership=17 members=2',
  'Nov 21 09:29:28.477 n3 pacemaker-fenced    [171] (log_assertion_as) \terror: apply_v2_patchset: Triggered fatal assertion at patchset.c:1258 : position == 0',
  'notice: Requesting fencing (off) of node n2 | action=1 timeout=30000',
  'info: fence-n2 start (call 24) exited with status 0 (execution time 1.089s)',
  'warning: pacemaker-attrd[172] terminated with signal 15',
  'Nov 21 06:57:52.849 n3 pacemaker-execd     [270] (async_action_complete) info: web_monitor_10000[1451] terminated with signal 9 (Killed)',
  'Nov 21 06:57:52.849 n3 pacemaker-execd     [270] (async_action_complete) \tinfo: web_monitor_10000[1451] terminated with signal 9 (Killed)',
])('%s is not', (line) => {
  expect(kindsOf(line)).toEqual([]);
});

test('what was written before, or has no stamp, is not of this scenario', () => {
  const line = 'kernel: segfault at 0';
  expect(kindsOf(line, 100)).toEqual([]);
  expect(newsOf([{ line, span: null }], { node: 'n1', log: 'a log', about: null, sinceMs: 0 })).toEqual([]);
});

/** Logged by an OSD of Ceph 16.2.15 on the lab whose disk was taken out, and which left no signal behind it. */
const osdWords = [
  '2026-11-22T04:12:29.652+0000 7f9bb9ffb6c0 -1 bdev(0x55c69d9addb0 /var/lib/ceph/osd/ceph-0/block) _aio_thread got r=-28 ((28) No space left on device)',
  '2026-11-22T04:12:29.652+0000 7f9ba5ffb6c0 -1 bdev(0x55c69d913650 /var/lib/ceph/osd/ceph-0/block) _sync_write pwritev error: (28) No space left on device',
];

test('an OSD that only says what its disk answered met an error of its disk; what it says while it starts is none', () => {
  expect(osdWords.map((line) => kindsOf(line))).toEqual([[['io-error', null]], [['io-error', null]]]);
  expect(kindsOf('2026-11-22T04:12:37.876+0000 7f9c0bd541c0  0 bdev(0x55ae46cfcfa0 /var/lib/ceph/osd/ceph-0/block) ioctl(F_SET_FILE_RW_HINT) on /var/lib/ceph/osd/ceph-0/block failed: (22) Invalid argument')).toEqual([]);
});

test('logs that are looked through where they lie lose no line that is bad news', () => {
  for (const line of ['*** Caught signal (Aborted) **', '(5) Input/output error', 'FAILED ceph_assert(r == 0)', 'block I/O error in device drive0', "Assertion `s' failed.", ...osdWords]) {
    expect(kindsOf(line)).toHaveLength(1);
    expect(line).toMatch(new RegExp(newsPattern));
  }
});
