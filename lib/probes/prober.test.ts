import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { measureWindow } from '../measurement/window.ts';
import { readSamples } from '../record/samples-reader.ts';
import type { ProbeSpec } from './probe.ts';
import { openProber } from './prober.ts';
import type { Prober } from './prober.ts';
import { until } from './testing-events.ts';
import { noIcmpReason } from './testing.ts';

const now = (): number => Number(process.hrtime.bigint());
const thresholds = { lateAfterMs: 100, waitMs: 2000 };
let folder = '';
let prober: Prober;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prober-'));
  prober = openProber({ icmpEngine: 'koffi' });
});
afterEach(async () => {
  await prober.close();
  rmSync(folder, { recursive: true });
});

const icmp = (name: string, target: string, periodMs = 10): ProbeSpec => ({ name, kind: 'icmp', guest: null, target, periodMs, waitMs: 2000 });
const fileOf = (name: string): string => join(folder, `${name}.samples`);

const missing = await noIcmpReason('prober.test.ts', 'koffi');

describe.skipIf(missing !== null)('the native ICMP engine on loopback', () => {
  test('probes on its grid, has every answer, and leaves a complete file', async () => {
    const anchorNs = process.hrtime.bigint();
    const probe = await prober.startProbe(icmp('a', '127.0.0.1'), { file: fileOf('a'), anchorNs });
    expect(probe.engine).toMatch(/^icmp-koffi-(dgram|raw)$/);
    await until('fifty probes are sent', () => probe.status().sent > 50);
    await probe.stop();

    const series = readSamples(fileOf('a'));
    const end = now() - Number(anchorNs);
    const figures = measureWindow(series, 0, end, thresholds);
    expect(series.complete).toBe(true);
    expect(figures).toMatchObject({ sent: figures.answered, lost: 0, late: 0, duplicates: 0, outages: [] });
    expect(figures.sent).toBeGreaterThan(50);
    expect(figures.rttMs.median).toBeLessThan(5);
    expect(figures.rttMs.min).toBeGreaterThan(0);
    // All sends lie on one grid, as late as the machine was busy but never early.
    const lateness = [...series.samples.sentNs].map((ns, row) => ns - (series.samples.sentNs[0] ?? 0) - ((series.samples.seq[row] ?? 0) - (series.samples.seq[0] ?? 0)) * 1e7);
    expect(Math.max(...lateness) - Math.min(...lateness)).toBeLessThan(1e7);
  });

  test('two probers and two targets of one prober never take each other\'s answers', async () => {
    const other = openProber({ icmpEngine: 'koffi' });
    try {
      const options = (name: string) => ({ file: fileOf(name), anchorNs: 0n });
      const probes = await Promise.all([
        prober.startProbe(icmp('a', '127.0.0.1'), options('a')),
        prober.startProbe(icmp('b', '127.0.0.2', 20), options('b')),
        other.startProbe(icmp('c', '127.0.0.1'), options('c')),
      ]);
      await until('each sends', () => probes.every((probe) => probe.status().sent > 10));
      await Promise.all(probes.map(async (probe) => probe.stop()));
      for (const name of ['a', 'b', 'c']) {
        const { samples } = readSamples(fileOf(name));
        expect(samples.length).toBeGreaterThan(10);
        expect([...samples.duplicates].every((count) => count === 0)).toBe(true);
        expect([...samples.ok].every((ok) => ok === 1)).toBe(true);
      }
    } finally {
      await other.close();
    }
  });

  test('a target that is added while others run is probed, and removing one leaves the others alone', async () => {
    const first = await prober.startProbe(icmp('a', '127.0.0.1'), { file: fileOf('a'), anchorNs: 0n });
    await first.answered(0, AbortSignal.timeout(20_000));
    const second = await prober.startProbe(icmp('b', '127.0.0.2'), { file: fileOf('b'), anchorNs: 0n });
    await second.answered(0, AbortSignal.timeout(20_000));
    await second.stop();
    const sentBefore = first.status().sent;
    await until('the first goes on', () => first.status().sent > sentBefore + 10);
    expect(second.status().sent).toBe(readSamples(fileOf('b')).samples.length);
  });

  test('goes on while the main thread is blocked', async () => {
    const probe = await prober.startProbe(icmp('a', '127.0.0.1'), { file: fileOf('a'), anchorNs: 0n });
    await probe.answered(0, AbortSignal.timeout(20_000));
    const from = now();
    while (now() - from < 1000e6);
    const to = now();
    await probe.stop();
    const { samples } = readSamples(fileOf('a'));
    expect([...samples.sentNs].filter((ns) => ns > from && ns < to).length).toBeGreaterThan(20);
  });

  test('answered() gives the first answer to a probe sent since then', async () => {
    const probe = await prober.startProbe(icmp('a', '127.0.0.1'), { file: fileOf('a'), anchorNs: 0n });
    const since = now() + 100e6;
    const answer = await probe.answered(since, AbortSignal.timeout(20_000));
    expect(answer.sentNs).toBeGreaterThanOrEqual(since);
    expect(answer.receivedNs).toBeGreaterThan(answer.sentNs);
    await expect(probe.answered(now() + 60e9, AbortSignal.timeout(50))).rejects.toThrow('timeout');
    await probe.stop();
    expect([...readSamples(fileOf('a')).samples.sentNs].find((ns) => ns >= since)).toBe(answer.sentNs);
  });

  test('a packet that the kernel refuses to send is blindness, not loss', async () => {
    // A socket without SO_BROADCAST may not send to the broadcast address.
    const probe = await prober.startProbe(icmp('a', '255.255.255.255'), { file: fileOf('a'), anchorNs: 0n });
    const blindNs = (): number => probe.status().blind.reduce((sum, { fromNs, toNs }) => sum + toNs - fromNs, 0);
    await until('refusals fill half a second', () => blindNs() > 500e6);
    const { sent, blind } = probe.status();
    expect(sent).toBe(0);
    expect(blind.some(({ reason }) => reason.includes('refused to send (EACCES)'))).toBe(true);
    expect(blind.length).toBeLessThan(3);
    await probe.stop();
    const series = readSamples(fileOf('a'));
    expect(series.samples.length).toBe(0);
    expect(series.blind.reduce((sum, { fromNs, toNs }) => sum + toNs - fromNs, 0)).toBeGreaterThan(300e6);
  });

  test('an aborted signal stops the probe and completes its file', async () => {
    const controller = new AbortController();
    const probe = await prober.startProbe(icmp('a', '127.0.0.1'), { file: fileOf('a'), anchorNs: 0n, signal: controller.signal });
    await probe.answered(0, AbortSignal.timeout(20_000));
    controller.abort();
    await probe.stop();
    expect(readSamples(fileOf('a')).complete).toBe(true);
  });
});

test.each([
  [{ kind: 'heartbeat' as const }, 'is no http or https URL'],
  [{ target: 'web.example' }, '"web.example" is no IP address'],
  [{ periodMs: 0.5 }, 'finer than the prober can keep'],
  [{ waitMs: 5 }, 'shorter than the period'],
])('%j is refused with a sentence', async (change, message) => {
  await expect(prober.startProbe({ ...icmp('a', '127.0.0.1'), ...change }, { file: fileOf('a'), anchorNs: 0n })).rejects.toThrow(message);
});
