import { expect, test } from 'vitest';
import { readFields, readJob, readNames } from './virsh.ts';

// Recorded from the embedded lab (libvirt 9.0.0), shortened: `domjobinfo --rawstats --completed` on the destination of a migration.
const migrated = 'Job type: 3\n\noperation: 4\ntime_elapsed: 1813\ntime_elapsed_net: 1808\ndowntime: 568\ndowntime_net: 563\nmemory_total: 134750208\n\n';

test('reads the figures of a completed migration', () => {
  expect(readJob(migrated)).toEqual({ operation: 'incoming migration', ok: true, elapsedMs: 1813, downtimeMs: 568, error: null });
});

test('knows a job that runs, one that failed, and none', () => {
  expect(readJob('Job type: 2\n\noperation: 9\ntime_elapsed: 12\n')).toEqual({ operation: 'backup', ok: null, elapsedMs: 12, downtimeMs: null, error: null });
  expect(readJob('Job type: 4\n\noperation: 9\nerrmsg: No space left on device\n')).toMatchObject({ ok: false, error: 'No space left on device' });
  expect(readJob('Job type: 5\n\noperation: 5\n')).toMatchObject({ operation: 'outgoing migration', ok: false });
  expect(readJob('Job type: 0\n\n')).toBeNull();
  expect(readJob('')).toBeNull();
});

test('reads names with spaces, and fields of domstats', () => {
  expect(readNames('dns\nweb server\n\n')).toEqual(['dns', 'web server']);
  expect([...readFields("Domain: 'dns'\n  block.count=1\n  block.0.name=vda\n")]).toEqual([['Domain', "'dns'"], ['block.count', '1'], ['block.0.name', 'vda']]);
});
