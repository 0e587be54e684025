import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, onTestFinished, test } from 'vitest';
import type { ExpectStatic } from 'vitest';
import { noNetworkReason } from '../probes/netns.ts';
import type { ScenarioVerdict } from '../record/types.ts';
import { startHypervStandIn } from './stand-in/hyperv/stand-in.ts';

const missing = noNetworkReason();
if (missing !== null) console.warn(`hyperv-matrix.net.test.ts runs nothing here: ${missing}`);

interface Ran {
  folder: string;
  /** How often the host of the nodes was told to do a thing. */
  count: (action: string) => number;
  of: (id: string) => ScenarioVerdict;
}

/** Runs these rows to their end, each of which must pass, on a cluster that every report calls simulated. What the harness said is shown where one does not. */
async function run(expect: ExpectStatic, rows: readonly string[]): Promise<Ran> {
  const cluster = await startHypervStandIn();
  onTestFinished(async () => cluster.stop());
  const { out, code } = await cluster.cli(cluster.run(...rows));
  const folder = cluster.runs().at(-1);
  if (folder === undefined) throw new Error(`there is no run:\n${out}`);
  const verdicts = cluster.verdicts(folder);
  const bad = verdicts.scenarios.filter(({ verdict }) => verdict !== 'pass').map(({ id, verdict, reason }) => ({ id, verdict, reason }));
  expect({ code, bad, out: bad.length === 0 ? '' : out }).toEqual({ code: 0, bad: [], out: '' });
  expect([...new Set(verdicts.scenarios.map(({ row }) => row))].toSorted()).toEqual([...rows].toSorted());
  expect(verdicts).toMatchObject({ platform: 'hyperv', simulated: true, incomplete: false, verdict: 'pass' });
  expect(readFileSync(join(folder, 'junit.xml'), 'utf8')).toMatch(/name="simulated" value="true"/);
  expect(readFileSync(join(folder, 'summary.md'), 'utf8')).toContain('simulated');
  const told = cluster.told();
  return {
    folder,
    count: (action) => told.filter((line) => line.endsWith(`: ${action}`)).length,
    of: (id) => verdicts.scenarios.find((each) => each.id === id) ?? expect.unreachable(`there is no scenario ${id}:\n${out}`),
  };
}

/** Whole runs by the real command line, side by side, each against a played cluster of its own that lives faster than a real one and whose nodes are machines of a played host. */
describe.skipIf(missing !== null)('the matrix on Hyper-V', { concurrent: true, timeout: 900_000 }, () => {
  test('the ground, moves, drain, backup and its restore pass, and nothing is switched for them', async ({ expect }) => {
    const { count, of } = await run(expect, ['cluster-health', 'prerequisites', 'live-migration', 'maintenance-drain', 'backup', 'backup-restore']);
    expect([count('off'), count('remove')]).toEqual([0, 0]);
    expect(of('live-migration.web.r1').measurements.filter(({ name }) => name === 'platform-downtime').map(({ source, hi }) => [hi, source.includes('event')])).toContainEqual([350, true]);
    expect(of('backup-restore.web.r1').measurements.map(({ name }) => name)).toContain('restore-time');
  });

  test('nodes that shut down, and one that is lost and comes back, pass by the hands of their host, which gives each its power back', async ({ expect }) => {
    const { count } = await run(expect, ['node-shutdown', 'node-return']);
    expect(count('off')).toBe(1);
    // A node that shut itself down is given its power back as well.
    expect(count('on')).toBeGreaterThan(count('off'));
  });

  test('a guest whose node loses its power is recovered in the phases of the platform, and disks that are taken out are put back', async ({ expect }) => {
    const { count, of } = await run(expect, ['node-failure', 'disk-removal', 'disk-return']);
    for (const role of ['worker', 'coordinator']) expect(of(`node-failure.web.${role}.r1`).phases.map(({ name }) => name)).toEqual(expect.arrayContaining(['confirmed', 'detected', 'fenced', 'placed', 'running', 'serving', 'redundant']));
    expect([count('off'), count('on'), count('remove'), count('insert')]).toEqual([2, 2, 2, 2]);
  });
});
