import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { measureWindow } from '../measurement/window.ts';
import { readSamples } from '../record/samples-reader.ts';
import { openProber } from './prober.ts';
import { listen } from './stream/testing.ts';
import { suspensionClocks, watchSuspension } from './suspension.ts';
import { until } from './testing-events.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'suspension-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Clocks of a machine that sleeps when it is told to, ns. */
function sleepyClocks(monotonicNs: () => number): { monotonicNs: () => number; boottimeNs: () => number; sleep(ns: number): void } {
  let slept = 0;
  return { monotonicNs, boottimeNs: () => monotonicNs() + 500e9 + slept, sleep: (ns) => (slept += ns) };
}

test('a suspension is a blind stretch from the comparison before, longer than the time that was seen to pass by what was slept', () => {
  let nowNs = 1000e9;
  const clocks = sleepyClocks(() => nowNs);
  const watch = watchSuspension(clocks);
  nowNs += 2e9;
  expect(watch.look(false)).toBeNull();
  nowNs += 0.5e9;
  clocks.sleep(30e9);
  expect(watch.look(false)).toBeNull();
  nowNs += 0.7e9;
  expect(watch.look(false)).toEqual({ fromNs: 1002e9, toNs: 1003.2e9 + 30e9, reason: expect.stringMatching(/^this machine was suspended for 30000 ms/) as string });
  nowNs += 2e9;
  expect(watch.look(false)).toBeNull();
});

test('a reading of the clocks that was held up is no suspension, and one is seen at once where it is asked for', () => {
  let nowNs = 0;
  let heldUpNs = 0;
  const watch = watchSuspension({ monotonicNs: () => nowNs, boottimeNs: () => (nowNs += heldUpNs) });
  heldUpNs = 400e6;
  expect(watch.look(true)).toBeNull();
  const clocks = sleepyClocks(() => nowNs);
  const other = watchSuspension(clocks);
  clocks.sleep(3e6);
  expect(other.look(false)).toBeNull();
  expect(other.look(true)?.reason).toMatch(/suspended for 3 ms/);
});

test.skipIf(process.platform !== 'linux')('a machine that is awake was not suspended', async () => {
  const watch = watchSuspension(await suspensionClocks());
  expect(watch.look(true)).toBeNull();
});

test('what a probe could not see is in its samples, and an outage there may be as long as the machine slept', async () => {
  const clocks = sleepyClocks(() => Number(process.hrtime.bigint()));
  const server = await listen();
  const prober = openProber({ clocks });
  const file = join(folder, 'a.samples');
  try {
    clocks.sleep(1e12);
    const probe = await prober.startProbe({ name: 'a', kind: 'tcp', guest: null, target: `127.0.0.1:${server.port}`, periodMs: 50, waitMs: 1000 }, { file, anchorNs: 0n });
    await probe.answered(0, AbortSignal.timeout(20_000));
    expect(probe.status().blind.filter(({ reason }) => reason.includes('suspended'))).toEqual([]);
    clocks.sleep(7e9);
    await until('the suspension is noticed', () => probe.status().blind.some(({ reason }) => reason.includes('suspended for 7000 ms')));
    await probe.answered(Number(process.hrtime.bigint()), AbortSignal.timeout(20_000));
    await probe.stop();
  } finally {
    await prober.close();
    await server.close();
  }
  const series = readSamples(file);
  const stretch = series.blind.find(({ reason }) => reason.startsWith('this machine was suspended'));
  expect((stretch?.toNs ?? 0) - (stretch?.fromNs ?? 0)).toBeGreaterThanOrEqual(7e9);
  const { outage } = measureWindow(series, series.samples.sentNs[0] ?? 0, (series.samples.sentNs.at(-1) ?? 0) + 1, { lateAfterMs: 500, waitMs: 1000 });
  expect(outage.hi).toBeGreaterThanOrEqual(7000);
});
