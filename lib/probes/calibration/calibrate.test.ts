import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Series } from '../../record/samples.ts';
import { noNetworkReason } from '../netns.ts';
import { showSyntheticOutages, takeAway } from './calibrate.ts';

const missing = noNetworkReason();
if (missing !== null) console.warn(`calibrate.test.ts shows no outages here: ${missing}`);

describe.skipIf(missing !== null)('synthetic outages', () => {
  test('of both families at once are dropped by the kernel, each probe that it dropped is lost, and no other', async () => {
    const { inKernel, where, engine, targets } = await showSyntheticOutages(20, [4, 6], new AbortController().signal);
    expect(inKernel).toBe(true);
    expect(where).toMatch(/^in the kernel/);
    expect(engine).toMatch(/^icmp-[a-z-]+ and icmp6-[a-z-]+$/);
    expect(new Set(targets.map(({ series }) => isIP(series.header.probe.target)))).toEqual(new Set([4, 6]));
    expect(targets.length).toBeGreaterThanOrEqual(8);
    for (const { series, windows } of targets) {
      expect(windows.length).toBeGreaterThan(1);
      const dropped = windows.reduce((sum, window) => sum + window.dropped, 0);
      expect(dropped).toBeGreaterThan(0);
      // Those sent last may still be under way when the recording ends.
      const lastNs = (series.samples.sentNs.at(-1) ?? 0) - 150e6;
      expect([...series.samples.receivedNs].filter((at, row) => Number.isNaN(at) && (series.samples.sentNs[row] ?? 0) < lastNs).length).toBe(dropped);
    }
  }, 60_000);

  test('are seen by the engine of this machine even from a clone among the temporary files', async () => {
    const clone = mkdtempSync(join(tmpdir(), 'calibration-clone-'));
    try {
      cpSync(new URL('../..', import.meta.url), join(clone, 'lib'), { recursive: true });
      symlinkSync(new URL('../../../node_modules', import.meta.url).pathname, join(clone, 'node_modules'));
      const program = `import { showSyntheticOutages } from ${JSON.stringify(join(clone, 'lib/probes/calibration/calibrate.ts'))}; console.log((await showSyntheticOutages(20, [4], new AbortController().signal)).engine);`;
      const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
      expect(stdout.trim()).toBe((await showSyntheticOutages(20, [4], new AbortController().signal)).engine);
    } finally {
      rmSync(clone, { recursive: true, force: true });
    }
  }, 60_000);

  test('leave nothing behind when whoever asked for them is killed', async () => {
    const program = `import { showSyntheticOutages } from ${JSON.stringify(new URL('./calibrate.ts', import.meta.url).href)}; await showSyntheticOutages(100, [4], new AbortController().signal);`;
    const before = leftovers();
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: 'ignore' });
    let family: number[] = [];
    for (let waited = 0; family.length < 3 && waited < 20_000; waited += 20) {
      await delay(20);
      family = descendants(child.pid ?? 0);
    }
    expect(family.length).toBeGreaterThanOrEqual(3);
    await delay(1000);
    family = descendants(child.pid ?? 0);
    child.kill('SIGKILL');
    await once(child, 'exit');
    for (let waited = 0; family.some((pid) => existsSync(`/proc/${pid}`)) && waited < 20_000; waited += 50) await delay(50);
    expect(family.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
    expect(leftovers()).toEqual(before);
  }, 60_000);

  test('end when they are no longer wanted', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('enough')), 300);
    await expect(showSyntheticOutages(100, [4], stop.signal)).rejects.toThrow('enough');
  }, 60_000);
});

/** A process and what it started, theirs too. */
function descendants(pid: number): number[] {
  const tasks = existsSync(`/proc/${pid}/task`) ? readdirSync(`/proc/${pid}/task`) : [];
  const children = tasks.flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter((text) => text.trim() !== '').map(Number));
  return [pid, ...children.flatMap(descendants)];
}

function leftovers(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('ha-acceptance-calibration-'));
}

test('a gate in the receive path takes away the answers that arrive within the window', () => {
  const series: Series = {
    header: { schema: 1, probe: { name: 'a', kind: 'icmp', guest: null, target: '127.0.0.1', periodMs: 10, waitMs: 1000 }, engine: 'made', anchorNs: '0' },
    samples: { length: 3, seq: Float64Array.of(0, 1, 2), sentNs: Float64Array.of(0, 10e6, 20e6), receivedNs: Float64Array.of(5e6, 15e6, Number.NaN), ok: Uint8Array.of(1, 1, 0), duplicates: new Uint32Array(3) },
    blind: [],
    horizonNs: 1e9,
    complete: true,
  };
  expect(takeAway(series, { fromNs: 15e6, toNs: 25e6 })).toBe(1);
  expect([...series.samples.receivedNs]).toEqual([5e6, Number.NaN, Number.NaN]);
  expect([...series.samples.ok]).toEqual([1, 0, 0]);
});
