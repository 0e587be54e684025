import { expect, test } from 'vitest';
import type { BackupOutcome } from '../adapters/hypervisor.ts';
import { inventedEnvironment } from '../safety/invented-cluster.ts';
import { judgeBackup } from './backup.ts';

const good: BackupOutcome = { node: 'n2', status: 'OK', warnings: 0, archive: 'shared:backup/a.vma.zst', listed: true, bytes: 1000, guestDiskBytes: 1000, verified: true, verification: 'read to its end', durationMs: 1000 };

/** What does not hold, and what nobody can tell. */
function judged(outcome: Partial<BackupOutcome>, backupWarnings: 'pass' | 'fail' = 'fail'): [title: string, ok: boolean | null][] {
  const found: [string, boolean | null][] = [];
  judgeBackup({ environment: inventedEnvironment({ policy: { backupWarnings, unprotectedGuests: 'refuse' } }), expect: (title, ok) => void found.push([title, ok]) }, { ...good, ...outcome });
  return found.filter(([, ok]) => ok !== true);
}

test('a backup that ended OK, is listed, plausible and verified passes', () => {
  expect(judged({})).toEqual([]);
});

test('a backup with warnings passes only where the policy of the environment lets it', () => {
  expect(judged({ status: 'WARNINGS: 2', warnings: 2 }, 'pass')).toEqual([]);
  expect(judged({ status: 'WARNINGS: 2', warnings: 2 }, 'fail')).toEqual([['the backup ended OK', false]]);
});

test('an error passes under no policy', () => {
  expect(judged({ status: 'job errors', warnings: 0 }, 'pass')).toEqual([['the backup ended OK', false]]);
});

test('of a job that the platform forgot nobody can tell', () => {
  expect(judged({ status: 'unknown' })).toEqual([['the backup ended OK', null]]);
});

test.each<[string, Partial<BackupOutcome>, string, boolean | null]>([
  ['is listed nowhere', { listed: false }, 'the archive is listed', false],
  ['is empty', { bytes: 0 }, 'the archive is plausible in size', false],
  ['is larger than the disk', { bytes: 1200 }, 'the archive is plausible in size', false],
  ['cannot be read back', { verified: false }, 'the archive is verified', false],
  ['was not read back', { verified: null }, 'the archive is verified', null],
])('an OK proves nothing of an archive that %s', (_what, outcome, title, ok) => {
  expect(judged(outcome)).toEqual([[title, ok]]);
});
