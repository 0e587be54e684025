import { expect, test } from 'vitest';
import { gatherEvidence } from './evidence.ts';
import { broken, recordedCluster, scriptedContext } from './testing.ts';

const log = 'Nov 20 10:00:00.1 old\nNov 21 03:00:00.1 new';

test('takes the end of each log, files before the journal, and says what could not be read', async () => {
  const context = scriptedContext((host, command) => {
    if (host === 'n3') return broken;
    if (command.startsWith('tail')) return host === 'n1' && command.includes('pacemaker/') ? log : { code: 1, stderr: 'no such file' };
    if (command.includes('date')) return 'Nov 21 02:45:58\n';
    if (command.startsWith('journalctl')) return host === 'n2' && command.includes('corosync') ? 'from the journal\n' : { code: 1 };
    return recordedCluster('crm-mon-idle.xml')(command) ?? '<pacemaker-result/>';
  });
  const evidence = new Map((await gatherEvidence(context, new Date('2026-11-21T02:45:58Z'))).map((item) => [item.title, item.text]));
  expect(evidence.get('Log of Pacemaker on n1')).toBe('Nov 21 03:00:00.1 new');
  expect(evidence.get('Log of corosync on n2')).toBe('from the journal\n');
  expect(evidence.get('Log of Pacemaker on n3')).toMatch(/could not be read/);
  expect(evidence.get('State of Pacemaker')).toMatch(/<pacemaker-result/);
  expect(evidence.has('Log of corosync on n1')).toBe(false);
  expect(evidence.has('Health of Ceph')).toBe(false);
});
