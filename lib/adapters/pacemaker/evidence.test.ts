import { expect, test } from 'vitest';
import { gatherEvidence } from './evidence.ts';
import { broken, recordedCluster, scriptedContext } from './testing.ts';
import type { Script } from './testing.ts';

const since = new Date('2026-11-21T05:54:26Z');
/** As a node of the lab logged them when n2 had lost its power. */
const pacemakerLog = [
  "Nov 21 05:50:00.000 n1 pacemaker-fenced    [185] (finalize_op) notice: Operation 'off' targeting n3 by n1 for pacemaker-controld.192@n3: OK (complete) | id=1",
  'Nov 21 05:54:30.529 n1 pacemaker-attrd     [187] (update_peer_state_iter) notice: Node n2 state is now lost | nodeid=2 previous=member source=crm_update_peer_proc',
  "Nov 21 05:54:33.061 n1 pacemaker-fenced    [185] (finalize_op) notice: Operation 'off' targeting n2 by n1 for pacemaker-controld.192@n3: OK (complete) | id=7d09e3f0",
  'Nov 21 05:54:33.100 n1 pacemaker-controld  [192] (execute_rsc_action) notice: Initiating start operation web_start_0 locally on n1 | action 8',
  'Nov 21 05:54:33.101 n1 pacemaker-controld  [192] (execute_rsc_action) notice: Initiating start operation fence-n2_start_0 locally on n1 | action 9',
  'Nov 21 05:54:33.937 n1 pacemaker-controld  [192] (do_lrm_rsc_op) notice: Requesting local execution of start operation for web on n1 | transition_key=8:0:0:a292 op_key=web_start_0',
  'Nov 21 05:54:36.045 n1 pacemaker-controld  [192] (log_executor_event) notice: Result of start operation for web on n1: ok | CIB update 60, graph action confirmed; call=24 key=web_start_0 rc=0',
].join('\n');

function cluster(changes: Script): Script {
  return (host, command, stdin) => {
    const answer = changes(host, command, stdin);
    if (answer !== '') return answer;
    if (command === 'date +%s.%N') return `${Date.now() / 1000}\n`;
    if (command === 'date +%z') return '+0000\n';
    if (/^env LC_ALL=C (?:tail|journalctl) /.test(command)) return { code: 1, stderr: 'No such file or directory' };
    if (command.startsWith('sh -c')) return { code: 3 };
    return recordedCluster('crm-mon-idle.xml')(command) ?? '<pacemaker-result/>';
  };
}

test('takes the end of each log, files before the journal, and says what could not be read', async () => {
  const context = scriptedContext(cluster((host, command) => {
    if (host === 'n3') return broken;
    if (host === 'n1' && command.includes('pacemaker/pacemaker.log')) return pacemakerLog;
    return host === 'n2' && command.startsWith('env LC_ALL=C journalctl') && command.includes('--unit corosync') ? '2026-11-21T05:55:00.000000+0000 n2 corosync[1]: from the journal\n' : '';
  }));
  const evidence = await gatherEvidence(context, since);
  const texts = new Map(evidence.map((item) => [item.title, item.text]));
  expect(texts.get('Log of Pacemaker on n1')).not.toContain('targeting n3');
  expect(texts.get('Log of corosync on n2')).toContain('from the journal');
  expect(texts.get('State of Pacemaker')).toMatch(/<pacemaker-result/);
  expect(texts.has('Log of corosync on n1')).toBe(false);
  expect(texts.has('Health of Ceph')).toBe(false);
  expect(evidence.filter((item) => item.unreadable !== undefined).map(({ title }) => title)).toEqual(['Logs of n3']);
});

test('names the bad news since the moment, and the phases of a recovery with the moments of our own clock', async () => {
  const ahead = 2000;
  const context = scriptedContext(cluster((host, command) => {
    // This node's clock is two seconds ahead of ours.
    if (host === 'n1' && command === 'date +%s.%N') return `${(Date.now() + ahead) / 1000}\n`;
    return host === 'n1' && command.includes('pacemaker/pacemaker.log') ? pacemakerLog : '';
  }));
  const evidence = await gatherEvidence(context, since);
  expect(evidence.flatMap(({ news = [] }) => news).map(({ kind, node, about, log }) => [kind, node, about, log])).toEqual([['fencing', 'n1', 'n2', 'Pacemaker']]);
  const account = evidence.flatMap((item) => item.account ?? []);
  expect(account.map(({ phase, about }) => [phase, about])).toEqual([['detected', 'n2'], ['fenced', 'n2'], ['placed', 'web-guest'], ['running', 'web-guest']]);
  const running = account.at(-1);
  expect([running?.earliest.getTime(), running?.latest.getTime()].map((ms) => Math.round(((ms ?? 0) + ahead - Date.parse('2026-11-21T05:54:32.937Z')) / 100))).toEqual([10, 31]);
  const detected = Date.parse('2026-11-21T05:54:30.529Z') - ahead;
  expect(account[0]?.earliest.getTime()).toBeLessThanOrEqual(detected);
  expect(account[0]?.latest.getTime()).toBeGreaterThanOrEqual(detected);
});

test('large logs are looked through where they lie, and the file tells what a line is about', async () => {
  const context = scriptedContext(cluster((host, command) => (host === 'n2' && command.includes('/var/log/ceph/') && command.startsWith('sh -c') ? '/var/log/ceph/ceph-osd.1.log:2026-11-21T05:56:18.641+0000 7f3e24ff96c0 -1 *** Caught signal (Aborted) **\n' : '')), { hasStorage: true });
  const evidence = await gatherEvidence(context, since);
  expect(evidence.flatMap(({ news = [] }) => news).map(({ kind, node, about, log }) => [kind, node, about, log])).toEqual([['crash', 'n2', 'osd.1', 'Ceph disks']]);
});

test('a disk that is missed: the daemon dies of its own I/O error, whose last words have no stamp, and the monitors log that it failed', async () => {
  const lastWords = ['2026-11-21T10:55:30.489+0000 7f67e97fa6c0 -1 *** Caught signal (Aborted) **', './src/blk/kernel/KernelDevice.cc: 618: ceph_abort_msg("Unexpected IO error. This may suggest a hardware issue. Please check your kernel log!")'];
  const monitor = [
    '2026-11-21T10:55:30.760044+0000 mon.n1 (mon.0) 311 : cluster [DBG] osd.0 reported immediately failed by osd.1',
    '2026-11-21T10:55:30.760156+0000 mon.n1 (mon.0) 312 : cluster [INF] osd.0 failed (root=default,host=n1) (connection refused reported by osd.1)',
    '2026-11-21T10:55:49.751519+0000 mon.n1 (mon.0) 334 : cluster [INF] osd.0 v2:10.88.0.11:6800/4413 boot',
  ];
  const context = scriptedContext(cluster((host, command) => {
    if (host !== 'n1') return '';
    if (command.includes('/var/log/ceph/ceph.log')) return monitor.join('\n');
    return command.includes('/var/log/ceph/') && command.startsWith('sh -c') ? lastWords.map((line) => `/var/log/ceph/ceph-osd.0.log:${line}\n`).join('') : '';
  }), { hasStorage: true });
  const evidence = await gatherEvidence(context, since);
  expect(evidence.flatMap(({ news = [] }) => news).map(({ kind, about, line }) => [kind, about, line.includes('IO error')])).toEqual([['crash', 'osd.0', false], ['assertion', 'osd.0', true]]);
  expect(evidence.flatMap(({ account = [] }) => account).map(({ phase, about, source }) => [phase, about, source])).toEqual([['detected', 'osd.0', 'log of Ceph on n1']]);
});
