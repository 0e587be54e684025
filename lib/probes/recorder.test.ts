import { mkdtempSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { blindStretches } from '../measurement/blind.ts';
import { readSamples } from '../record/samples-reader.ts';
import { createSamplesWriter } from '../record/samples-writer.ts';
import { createRecorder } from './recorder.ts';
import type { Recorder } from './recorder.ts';

const spec = { name: 'web.icmp', kind: 'icmp' as const, guest: 'web', target: '192.0.2.80', periodMs: 10, waitMs: 1000 };
let folder = '';
let file = '';
let recorder: Recorder;
let t0 = 0;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recorder-'));
  file = join(folder, 'a.samples');
  const anchorNs = process.hrtime.bigint();
  t0 = Number(anchorNs);
  recorder = createRecorder(spec, 'made', file, anchorNs);
});
afterEach(() => {
  recorder.end(t0);
  rmSync(folder, { recursive: true });
});
const at = (ms: number): number => t0 + ms * 1e6;
/** Blind stretches of the file, ms since the anchor. */
const recorded = () => readSamples(file).blind.map(({ fromNs, toNs, reason }) => [Math.round(fromNs / 1e6), Math.round(toNs / 1e6), reason]);

test('a gap of the sends is blind from the moment the next probe was due', () => {
  for (const [seq, ms] of [10, 20, 30, 90, 100].entries()) recorder.sent(seq, at(ms));
  recorder.end(at(105));
  expect(recorded()).toEqual([[40, 90, 'no probe was sent: the prober was not scheduled in time']]);
});

test('a gap has the reason that the engine gave for it', () => {
  recorder.sent(0, at(10));
  recorder.trouble('the prober\'s thread ended');
  recorder.trouble('something later');
  recorder.sent(1, at(500));
  recorder.sent(2, at(560));
  recorder.end(at(565));
  expect(recorded()).toEqual([[20, 500, 'the prober\'s thread ended'], [510, 560, 'no probe was sent: the prober was not scheduled in time']]);
});

test('refused sends of the same reason are one stretch, and their gap is not counted twice', () => {
  recorder.sent(0, at(10));
  for (let slot = 1; slot < 50; slot++) recorder.blind(at(10 + slot * 10), at(20 + slot * 10), 'refused');
  recorder.sent(50, at(510));
  recorder.end(at(515));
  expect(recorded()).toEqual([[20, 510, 'refused']]);
});

test('a stretch that goes on after it was written is one to the status, and whole in the file', () => {
  for (let slot = 0; slot < 5; slot++) {
    recorder.blind(at(10), at(10 + 100 * (slot + 1)), 'no carrier');
    recorder.sent(slot, at(10 + 100 * (slot + 1)));
  }
  expect(recorder.status().blind.filter(({ reason }) => reason === 'no carrier')).toEqual([{ fromNs: at(10), toNs: at(510), reason: 'no carrier' }]);
  recorder.end(at(515));
  const series = readSamples(file);
  expect(blindStretches(series).map(({ fromNs, toNs }) => [Math.round(fromNs / 1e6), Math.round(toNs / 1e6)])).toEqual([[10, 510]]);
});

test('an engine that never sends leaves the whole time blind', () => {
  recorder.end(at(1000));
  expect(recorded()).toEqual([[10, 1000, 'no probe was sent: the prober was not scheduled in time']]);
  expect(readSamples(file)).toMatchObject({ complete: true, samples: { length: 0 } });
});

test('status counts each probe once, and shows blindness that still lasts', () => {
  recorder.sent(0, at(-3000));
  recorder.sent(1, at(-2990));
  recorder.answered(1, at(-2989), at(-2990), true);
  recorder.answered(1, at(-2988), at(-2990), true);
  recorder.answered(0, at(-2987), at(-3000), false);
  const { sent, answered, lastSentNs, lastAnsweredNs, blind } = recorder.status();
  expect({ sent, answered, lastSentNs, lastAnsweredNs }).toEqual({ sent: 2, answered: 1, lastSentNs: at(-2990), lastAnsweredNs: at(-2989) });
  expect(blind.length).toBe(1);
  expect((blind[0]?.toNs ?? 0) - (blind[0]?.fromNs ?? 0)).toBeGreaterThan(2.9e9);
  expect(recorder.newestOpenNs()).toBeNull();
  expect(recorder.nextSeq()).toBe(2);
});

test('waiting for an answer ends with an error when the probe is stopped', async () => {
  const waiting = recorder.onAnswer(at(0), new AbortController().signal);
  recorder.end(at(0));
  await expect(waiting).rejects.toThrow('web.icmp was stopped before an answer came');
});

test('samples that a full disk did not take leave the prober blind since the last that it took', () => {
  let full = false;
  const hampered = createRecorder(spec, 'made', join(folder, 'b.samples'), BigInt(t0), (samplesFile, probe, engine, anchorNs) => createSamplesWriter(samplesFile, probe, engine, anchorNs, (fd, bytes, offset, length) => {
    if (full) throw new Error('ENOSPC: no space left on device');
    return writeSync(fd, bytes, offset, length);
  }));
  const unwritten = () => hampered.status().blind.filter(({ reason }) => reason.includes('ENOSPC'));
  hampered.sent(0, at(0));
  hampered.flush(Number(process.hrtime.bigint()));
  const keptBeforeNs = Number(process.hrtime.bigint());
  full = true;
  hampered.sent(1, at(10));
  hampered.flush(Number(process.hrtime.bigint()));
  expect(unwritten()).toEqual([]);
  hampered.end(at(20));
  expect(unwritten()).toEqual([{ fromNs: expect.any(Number) as number, toNs: expect.any(Number) as number, reason: 'the samples could not be written: ENOSPC: no space left on device' }]);
  expect(unwritten()[0]?.fromNs).toBeLessThanOrEqual(keptBeforeNs);
  expect(unwritten()[0]?.toNs).toBeGreaterThan(keptBeforeNs);
});

test('of ten thousand blind stretches the status knows the newest, the file all', () => {
  const stretches = 10_000;
  for (let slot = 0; slot < stretches; slot++) recorder.blind(at(100 * slot), at(100 * slot + 30), `reason ${slot}`);
  recorder.sent(0, at(100 * stretches));
  recorder.end(at(100 * stretches));
  const { blind } = recorder.status();
  expect(blind.length).toBeLessThan(8193);
  expect(blind.length).toBeGreaterThan(4095);
  expect(blind.at(-1)?.reason).toBe('reason 9999');
  expect(recorded().filter(([, , reason]) => String(reason).startsWith('reason'))).toHaveLength(stretches);
});
