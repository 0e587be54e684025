import { expect, test } from 'vitest';
import { migrationFigures } from './migration-figures.ts';
import { taskLogPage } from './requests/tasks.ts';
import { recordedData } from './testing/recorded.ts';

const log = taskLogPage('pve1', 'x', 0, 500).answer.parse(recordedData('migrate100-nonha-log'));

test('a recorded live migration tells its downtime, which is not the limit for it, and its duration', () => {
  expect(migrationFigures(log)).toEqual({ live: true, downtimeMs: 101, totalMs: 16_000 });
});

test('a guest that was off is moved with success and nothing live about it', () => {
  expect(migrationFigures(['2026-11-20 18:12:46 starting migration of VM 100 to node \'pve2\' (10.99.0.12)', '2026-11-20 18:13:01 migration finished successfully (duration 01:02:03)', 'TASK OK'])).toEqual({ live: false, downtimeMs: null, totalMs: 3_723_000 });
});

test('a migration that broke off was not completed', () => {
  expect(migrationFigures(log.filter((line) => !line.includes('completed') && !line.includes('finished')))).toMatchObject({ live: false, totalMs: null });
});
