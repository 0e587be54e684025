import { expect, test } from 'vitest';
import { recorded } from './testing.ts';
import { readFields, readJob, readNames } from './virsh.ts';

test('reads the figures of a completed migration', () => {
  expect(readJob(recorded('domjobinfo-migrated.txt'))).toEqual({ operation: 'incoming migration', ok: true, elapsedMs: 2162, downtimeMs: 379, error: null });
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
