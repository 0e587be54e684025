import { mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRun } from './run-writer.ts';
import type { RunWriter } from './run-writer.ts';
import { exportSamples } from './samples-export.ts';
import { createSamplesWriter } from './samples-writer.ts';
import { syntheticDescription } from './testing.ts';

let folder = '';
let run: RunWriter;
let wallMs = 0;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'export-'));
  run = createRun({ root: folder, description: syntheticDescription() });
  wallMs = Date.parse((JSON.parse(readFileSync(join(run.folder, 'run.json'), 'utf8')) as { anchor: { wall: string } }).anchor.wall);
});
afterEach(() => rmSync(folder, { recursive: true }));

function record(name: string, count: number, end = true): void {
  const writer = createSamplesWriter(join(run.folder, 'samples', 'live-migration.web.r1', `${name}.samples`), { name, kind: 'icmp', guest: 'web', target: '192.0.2.80', periodMs: 10, waitMs: 1000 }, 'made', run.anchorNs);
  for (let seq = 0; seq < count; seq++) {
    writer.sent(seq, seq * 1e7 + 1234);
    if (seq % 4 !== 1) writer.answered(seq, seq * 1e7 + 301_234, seq % 4 !== 2);
    if (seq % 4 === 3) writer.answered(seq, seq * 1e7 + 400_000, true);
  }
  // The second and the third probe are sent in it.
  writer.blind(10_001_234, 30_001_234, 'the prober was not scheduled in time');
  if (end) writer.end(count * 1e7);
  else writer.flush();
}
const utc = (us: number): string => `${new Date(wallMs + Math.floor(us / 1000)).toISOString().slice(0, -1)}${String(us % 1000).padStart(3, '0')}Z`;

test('samples that are a link to outside of the record are not exported', () => {
  record('web.icmp', 5);
  const samples = join(run.folder, 'samples', 'live-migration.web.r1', 'web.icmp.samples');
  renameSync(samples, join(folder, 'elsewhere.samples'));
  symlinkSync(join(folder, 'elsewhere.samples'), samples);
  expect(exportSamples(run.folder, 'csv')).toMatchObject([{ file: null, rows: 0, trouble: expect.stringMatching(/link to outside/) }]);
});

test('a CSV file has a head and one row a probe, empty where no answer came', () => {
  record('web.icmp', 5);
  const [exported] = exportSamples(run.folder, 'csv');
  expect(exported).toEqual({ source: join('live-migration.web.r1', 'web.icmp.samples'), file: join(run.folder, 'export', 'live-migration.web.r1', 'web.icmp.csv'), rows: 5, trouble: null });
  expect(readFileSync(exported?.file ?? '', 'utf8').split('\r\n')).toEqual([
    'seq,sent_ns,sent_utc,received_ns,rtt_ms,ok,duplicates,blind',
    `0,1234,${utc(1)},301234,0.300000,1,0,0`,
    `1,10001234,${utc(10_001)},,,0,0,1`,
    `2,20001234,${utc(20_001)},20301234,0.300000,0,0,1`,
    `3,30001234,${utc(30_001)},30301234,0.300000,1,1,0`,
    `4,40001234,${utc(40_001)},40301234,0.300000,1,0,0`,
    '',
  ]);
});

test('a Parquet file holds the same, to the nanosecond, over several row groups, and the head of the samples file', async () => {
  record('web.icmp', 120_000);
  const [exported] = exportSamples(run.folder, 'parquet');
  const file = await asyncBufferFromFile(exported?.file ?? '');
  const rows = await parquetReadObjects({ file, rowStart: 99_999, rowEnd: 100_003 });
  expect(rows.map(({ seq, sent_ns: sent, received_ns: received, rtt_ms: rtt, ok, duplicates, blind }) => ({ seq, sent, received, rtt, ok, duplicates, blind }))).toEqual([
    { seq: 99_999n, sent: 999_990_001_234n, received: 999_990_301_234n, rtt: 0.3, ok: true, duplicates: 1, blind: false },
    { seq: 100_000n, sent: 1_000_000_001_234n, received: 1_000_000_301_234n, rtt: 0.3, ok: true, duplicates: 0, blind: false },
    { seq: 100_001n, sent: 1_000_010_001_234n, received: null, rtt: null, ok: false, duplicates: 0, blind: false },
    { seq: 100_002n, sent: 1_000_020_001_234n, received: 1_000_020_301_234n, rtt: 0.3, ok: false, duplicates: 0, blind: false },
  ]);
  expect(rows[1]?.['sent_utc']).toEqual(new Date(wallMs + 1_000_000));
  const { num_rows: count, key_value_metadata: metadata } = await parquetMetadataAsync(file);
  expect(count).toBe(120_000n);
  expect(JSON.parse(metadata?.find(({ key }) => key === 'samples')?.value ?? '{}')).toMatchObject({ probe: { target: '192.0.2.80' } });
});

test('a recording that was cut off is exported as far as it goes, and one that is damaged is named', () => {
  record('cut', 3, false);
  record('whole', 2);
  writeFileSync(join(run.folder, 'samples', 'live-migration.web.r1', 'bad.samples'), 'no header');
  const exported = exportSamples(run.folder, 'csv');
  expect(exported.map(({ source, rows }) => [source.split('/').at(-1), rows])).toEqual([['bad.samples', 0], ['cut.samples', 3], ['whole.samples', 2]]);
  expect(exported[0]).toMatchObject({ file: null, trouble: expect.stringContaining('no samples file') as string });
  expect(exported[1]?.trouble).toMatch(/cut off/);
});

test('a folder that is no run is refused', () => {
  expect(() => exportSamples(folder, 'csv')).toThrow('is not the record of a run');
});
