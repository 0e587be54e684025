import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Series } from '../../record/samples.ts';
import { noNetworkReason } from '../netns.ts';
import type { Family } from '../address.ts';
import { showSyntheticOutages, takeAway } from './calibrate.ts';
import type { SyntheticWish } from './calibrate.ts';

const streamKinds = ['tcp', 'http', 'dns', 'heartbeat'] as const;
const wish = (periodMs: number, ...families: Family[]): SyntheticWish => ({ periodMs, families, streams: [] });

const missing = noNetworkReason();
if (missing !== null) console.warn(`calibrate.test.ts shows no outages here: ${missing}`);

describe.skipIf(missing !== null)('synthetic outages', () => {
  test('of both families and of every kind at once are dropped by the kernel, and what it dropped is lost, and no other', async () => {
    const { inKernel, where, kinds } = await showSyntheticOutages({ ...wish(20, 4, 6), streams: streamKinds.map((kind) => ({ kind, periodMs: 100, families: [4, 6] })) }, new AbortController().signal);
    expect(inKernel).toBe(true);
    expect(where).toMatch(/^in the kernel/);
    expect(kinds.map(({ kind, engine }) => `${kind} ${engine}`)).toEqual([expect.stringMatching(/^icmp icmp-[a-z-]+ and icmp6-[a-z-]+$/), ...streamKinds.map((kind) => `${kind} ${kind}-node`)]);
    for (const { kind, targets } of kinds) {
      expect(new Set(targets.map(({ series }) => (series.header.probe.target.includes('fd77:') ? 6 : 4)))).toEqual(new Set([4, 6]));
      for (const { series, windows } of targets) {
        expect(windows.length).toBeGreaterThan(1);
        const dropped = windows.reduce((sum, window) => sum + window.dropped, 0);
        expect(dropped).toBeGreaterThan(0);
        const { length, sentNs, receivedNs } = series.samples;
        const rows = Array.from({ length }, (_, row) => ({ sent: sentNs[row] ?? Number.NaN, received: receivedNs[row] ?? Number.NaN }));
        // What was sent in a window, and answered before its end, would have passed a closed gate.
        expect(rows.filter(({ sent, received }) => windows.some(({ fromNs, toNs }) => sent > fromNs && received < toNs))).toEqual([]);
        // Those sent last may still be under way when the recording ends.
        const lost = rows.filter(({ sent, received }) => Number.isNaN(received) && sent < (rows.at(-1)?.sent ?? 0) - 150e6);
        const waitNs = series.header.probe.waitMs * 1e6;
        expect(lost.filter(({ sent }) => !windows.some(({ fromNs, toNs }) => sent < toNs && sent + waitNs > fromNs))).toEqual([]);
        // How many attempts have more packets to come when the gate closes is a matter of the machine's speed.
        if (kind === 'icmp') expect(lost.length).toBe(dropped);
      }
    }
  }, 60_000);

  test('are seen by the engine of this machine even from a clone among the temporary files', async () => {
    const clone = mkdtempSync(join(tmpdir(), 'calibration-clone-'));
    try {
      cpSync(new URL('../..', import.meta.url), join(clone, 'lib'), { recursive: true });
      symlinkSync(new URL('../../../node_modules', import.meta.url).pathname, join(clone, 'node_modules'));
      const program = `import { showSyntheticOutages } from ${JSON.stringify(join(clone, 'lib/probes/calibration/calibrate.ts'))}; console.log((await showSyntheticOutages({ periodMs: 20, families: [4], streams: [] }, new AbortController().signal)).kinds[0].engine);`;
      const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
      expect(stdout.trim()).toBe((await showSyntheticOutages(wish(20, 4), new AbortController().signal)).kinds[0]?.engine);
    } finally {
      rmSync(clone, { recursive: true, force: true });
    }
  }, 60_000);

  test('leave nothing behind when whoever asked for them is killed', async () => {
    const program = `import { showSyntheticOutages } from ${JSON.stringify(new URL('./calibrate.ts', import.meta.url).href)}; await showSyntheticOutages({ periodMs: 100, families: [4], streams: [{ kind: 'http', periodMs: 100, families: [4] }] }, new AbortController().signal);`;
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
    await expect(showSyntheticOutages(wish(100, 4), stop.signal)).rejects.toThrow('enough');
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
