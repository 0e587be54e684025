import { expect, test } from 'vitest';
import { inventedEnvironment } from '../../safety/invented-cluster.ts';
import { whyNot } from './why-not.ts';

const of = (platformOptions: Record<string, unknown>, capability: Parameters<typeof whyNot>[1]): string | null => whyNot(inventedEnvironment({ platformOptions }), capability);

test('that a backup by Windows Server Backup is not restored is said to prove nothing, with the way to one that is', () => {
  expect(of({ backup: { serverBackup: { volume: 'E:' } } }, 'backup-restore')).toMatch(/proves nothing about its restoration; set hyperv\.backup\.directory/);
  expect(of({}, 'backup-restore')).toContain('hyperv.backup');
});

test('what this tool does not drive is not called a lack of Windows', () => {
  expect(of({}, 'replication')).toMatch(/Hyper-V Replica.* is not driven by this tool/);
});

test('where there is nothing more to say, nothing is said', () => {
  expect(of({}, 'live-migration')).toBeNull();
});
