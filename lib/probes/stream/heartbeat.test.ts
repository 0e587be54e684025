import { createServer } from 'node:http';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Beat } from '../../record/beats.ts';
import { readSamples } from '../../record/samples-reader.ts';
import { openProber } from '../prober.ts';
import { parseBeat } from './heartbeat.ts';
import { until } from '../testing-events.ts';
import { listen } from './testing.ts';

test.each([
  // As the lab's guests answer /beat.
  ['{"name":"web","boot":"3f1c","beat":42,"uptimeMs":2100,"clock":1795240011}', { boot: '3f1c', beat: 42, uptimeMs: 2100 }],
  ['{"boot":"3f1c","beat":42}', { boot: '3f1c', beat: 42, uptimeMs: null }],
  ['{"boot":"","beat":42}', null],
  ['{"boot":"3f1c"}', null],
  ['<html>', null],
])('%s is read as a heartbeat, or refused', (body, expected) => {
  expect(parseBeat(body)).toEqual(expected);
});

test('a guest that answers and stands still has no heartbeat; what it said is kept beside the samples', async () => {
  const guest = { boot: 'first', beat: 0, running: true };
  const beating = setInterval(() => (guest.beat += guest.running ? 1 : 0), 5);
  const server = await listen(createServer((_, response) => response.end(JSON.stringify({ boot: guest.boot, beat: guest.beat, uptimeMs: guest.beat * 5 }))));
  const folder = mkdtempSync(join(tmpdir(), 'heartbeat-'));
  const prober = openProber();
  const file = join(folder, 'a.samples');
  try {
    const probe = await prober.startProbe({ name: 'a', kind: 'heartbeat', guest: null, target: `http://127.0.0.1:${server.port}/beat`, periodMs: 50, waitMs: 1000 }, { file, anchorNs: 0n });
    expect(probe.engine).toBe('heartbeat-node');
    await probe.answered(0, AbortSignal.timeout(20_000));
    await delay(300);
    guest.running = false;
    await delay(200);
    const stillNs = Number(process.hrtime.bigint());
    const sentBefore = probe.status().sent;
    await until('it is asked while it stands still', () => probe.status().sent > sentBefore + 5);
    const restartedNs = Number(process.hrtime.bigint());
    Object.assign(guest, { boot: 'second', beat: 1, running: true });
    await probe.answered(restartedNs, AbortSignal.timeout(20_000));
    await delay(200);
    await probe.stop(500);

    const { samples } = readSamples(file);
    const wrong = [...samples.sentNs].filter((sentNs, row) => sentNs > stillNs && sentNs < restartedNs && samples.ok[row] === 0 && !Number.isNaN(samples.receivedNs[row]));
    expect(wrong.length).toBeGreaterThan(1);
    const beats = readFileSync(join(folder, 'a.beats.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Beat);
    expect(beats).toEqual(probe.beats?.());
    expect(new Set(beats.map(({ boot }) => boot))).toEqual(new Set(['first', 'second']));
    expect(beats.every(({ from, to }) => from < to)).toBe(true);
  } finally {
    clearInterval(beating);
    await prober.close();
    await server.close();
    rmSync(folder, { recursive: true });
  }
});
