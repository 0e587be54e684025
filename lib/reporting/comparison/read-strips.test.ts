import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as samplesReader from '../../record/samples-reader.ts';
import { readJudgedRun } from '../judged-run.ts';
import { tellEnd, tellMigration, tellNodeFailure } from '../testing/story.ts';
import { beginSynthetic } from '../testing/synthetic-run.ts';
import { readStrips } from './read-strips.ts';
import type { ReadStrip, WantedStrip } from './read-strips.ts';

vi.mock('../../record/samples-reader.ts', { spy: true });

let root = '';
let folder = '';
let samplesOf: (scenario: string) => string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'read-strips-'));
  const run = beginSynthetic(root, { environment: 'pve', limits: {} });
  tellNodeFailure(run, 10, 'node-failure.web.r1', { backMs: 1500 });
  tellMigration(run, 30_000, 'live-migration.web.r1', 'web', { blindMs: 300 });
  tellEnd(run, 50_000);
  folder = run.writer.folder;
  samplesOf = (scenario) => join(folder, 'samples', scenario, 'web.icmp.samples');
  vi.mocked(samplesReader.readSamples).mockClear();
});
afterEach(() => rmSync(root, { recursive: true }));

/** What is read of an outage of the record. */
function read(scenario: string, { place = 0, moves = false, of = 'web' } = {}): ReadStrip | undefined {
  return readAll([{ scenario, place, moves, of }])[0];
}

function readAll(all: readonly { scenario: string; place: number; moves: boolean; of?: string }[]): (ReadStrip | undefined)[] {
  const run = readJudgedRun(folder);
  const name = `pve/${run.description.run}`;
  const wanted = all.map(({ scenario, place, moves, of = 'web' }): WantedStrip => ({ cell: { of, probe: 'icmp', moves }, figure: { run: name, scenario }, place }));
  vi.mocked(samplesReader.readSamples).mockClear();
  const found = readStrips([{ runs: [run] }], wanted);
  return wanted.map((one) => found.get(one));
}

describe('the strips of a record', () => {
  test('are cut at the command of the fault, which the phases count from, too', () => {
    expect(read('node-failure.web.r1')).toMatchObject({ origin: 'fault', lateAfterMs: 100, waitMs: 10_000, strip: { begin: 0, lost: [{ x1: expect.closeTo(0.22, 2), x2: expect.closeTo(1.5, 2) }], counts: { lost: 128 } } });
  });

  test('are of each move the right one, with the command of its own as 0, from samples that are read once', () => {
    const [there, back] = readAll([{ scenario: 'live-migration.web.r1', place: 0, moves: true }, { scenario: 'live-migration.web.r1', place: 1, moves: true }]);
    expect(there).toMatchObject({ origin: 'move', strip: { begin: -0.5, lost: [], counts: { lost: 0, late: 15 } } });
    expect(back).toMatchObject({ origin: 'move', strip: { lost: [{ x1: 0.5 }], blind: [{ x1: expect.closeTo(1, 3), x2: expect.closeTo(1.3, 3) }], counts: { lost: 8 } } });
    expect(samplesReader.readSamples).toHaveBeenCalledTimes(1);
  });
});

describe('what cannot be read is told', () => {
  test.each([
    ['a scenario that the events do not know', (): ReadStrip | undefined => read('node-failure.web.r9'), 'its record has no events of this scenario'],
    ['a figure without a window', (): ReadStrip | undefined => read('node-failure.web.r1', { place: 1 }), 'its record holds no window of this figure'],
    ['a figure over all moves, where each move has its own window alone', (): ReadStrip | undefined => read('live-migration.web.r1'), 'its record holds no window of this figure'],
    ['a window of another guest', (): ReadStrip | undefined => read('node-failure.web.r1', { of: 'dns' }), 'its record holds no window of this figure'],
  ])('%s', (_, found, missing) => {
    expect(found()).toEqual({ missing });
  });

  test('samples that are gone, and samples that are damaged', () => {
    const judged = readJudgedRun(folder);
    writeFileSync(join(folder, 'verdicts.json'), JSON.stringify(judged.verdicts));
    truncateSync(samplesOf('node-failure.web.r1'), 5);
    rmSync(samplesOf('live-migration.web.r1'));
    expect(read('node-failure.web.r1')).toEqual({ missing: expect.stringMatching(/^the samples of web\.icmp cannot be read: .*is no samples file/) });
    expect(read('live-migration.web.r1', { moves: true })).toEqual({ missing: 'the samples of web.icmp are not on disk' });
  });

  test('samples whose end is cut off are a strip that names what is missing', () => {
    const file = samplesOf('node-failure.web.r1');
    truncateSync(file, Math.round(readFileSync(file).length / 4));
    expect(read('node-failure.web.r1')).toMatchObject({ strip: { unrecorded: [{ reason: 'the recording was cut off' }] } });
  });

  test('a record that is gone', () => {
    const run = readJudgedRun(folder);
    const wanted: WantedStrip = { cell: { of: 'web', probe: 'icmp', moves: false }, figure: { run: `pve/${run.description.run}`, scenario: 'node-failure.web.r1' }, place: 0 };
    expect(readStrips([{ runs: [{ ...run, folder: join(root, 'nowhere') }] }], [wanted]).get(wanted)).toEqual({ missing: expect.stringMatching(/^its record cannot be read: .*no run\.json/) });
  });
});
