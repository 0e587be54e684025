import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { closeWorld, openWorld, unharmed } from './crash-case.ts';
import type { World } from './crash-case.ts';
import { killInjecting, pointsOfInjecting } from './enumeration.ts';
import { strikeAt } from './kill-at.ts';
import type { Point } from './points.ts';

/** How many points `npm test` kills at; `npm run test:crash` kills at all. */
const sampleSize = 12;

let world: World;
beforeAll(() => {
  world = openWorld();
});
afterAll(() => closeWorld(world));
afterEach(() => {
  vi.unstubAllEnvs();
});

/** The first time a hand works, where a process dies and its command lives on, and others evenly from the first to the last. */
function sampleOf(points: readonly Point[]): Point[] {
  const early = points.findIndex(({ kind }) => kind === 'while a hand works');
  const indices = new Set([early, ...Array.from({ length: sampleSize - 1 }, (_, number) => Math.round((number * (points.length - 1)) / (sampleSize - 2)))]);
  return points.filter((_, index) => indices.has(index));
}

test(`SIGKILL at ${sampleSize} points of the injecting process: everything is as before`, { timeout: 600_000 }, async () => {
  const points = await pointsOfInjecting(world);
  const sample = sampleOf(points);
  const broken: string[] = [];
  for (const point of sample) broken.push(...(await killInjecting(world, point)).problems.map((problem) => `step ${point.step} (${point.kind}): ${problem}`));
  process.stdout.write(`crash points: ${sample.length} of ${points.length}; all of them, and those of restorers: npm run test:crash\n`);
  expect(broken).toEqual([]);
  expect(sample).toHaveLength(sampleSize);
  expect(points.length).toBeGreaterThan(80);
});

test('without strace it says what to install', { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ha-acceptance-no-strace-'));
  vi.stubEnv('PATH', folder);
  try {
    const orders = { environments: world.environments, reports: join(folder, 'reports'), settleMs: 0 };
    await expect(strikeAt({ program: 'restoring-process.ts', orders, folder, strike: unharmed.strike, ...unharmed.point })).rejects.toThrow('apt-get install --no-install-recommends strace');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
