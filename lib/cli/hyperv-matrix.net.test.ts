import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'vitest';
import type { TestContext } from 'vitest';
import { noNetworkReason } from '../probes/netns.ts';
import { readRun } from '../record/run-reader.ts';
import type { ScenarioVerdict } from '../record/types.ts';
import { startHypervStandIn, type HypervStandInOptions } from './stand-in/hyperv/stand-in.ts';

const missing = noNetworkReason();
if (missing !== null) console.warn(`hyperv-matrix.net.test.ts runs nothing here: ${missing}`);

const noBadNews = "the nodes' logs have no bad news";

interface Ran {
  folder: string;
  /** How often the host of the nodes was told to do a thing. */
  count: (action: string) => number;
  of: (id: string) => ScenarioVerdict;
  /** What was expected of a scenario and held, with its detail. */
  held: (id: string, title: string) => string[];
}

/** Runs these rows to their end, each of which must pass, on a cluster that every report calls simulated. What the harness said is shown where one does not. */
async function run({ expect, onTestFinished }: Pick<TestContext, 'expect' | 'onTestFinished'>, rows: readonly string[], options: HypervStandInOptions = {}): Promise<Ran> {
  const cluster = await startHypervStandIn(options);
  onTestFinished(async () => cluster.stop());
  const { out, code } = await cluster.cli(cluster.run(...rows));
  const folder = cluster.runs().at(-1);
  if (folder === undefined || !existsSync(join(folder, 'verdicts.json'))) throw new Error(`the run came to no verdict:\n${out}`);
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
    held: (id, wanted) => readRun(folder).events.flatMap((event) => (event.kind === 'expectation' && event.scenario === id && event.ok === true && event.title === wanted ? [event.detail] : [])),
  };
}

/** Whole runs by the real command line, side by side, each against a played cluster of its own that lives faster than a real one and whose nodes are machines of a played host. */
describe.skipIf(missing !== null)('the matrix on Hyper-V', { concurrent: true, timeout: 900_000 }, () => {
  test('the ground, services, moves, drain, backup and its restore pass, and nothing is switched for them', async ({ expect, onTestFinished }) => {
    const { count, of } = await run({ expect, onTestFinished }, ['cluster-health', 'prerequisites', 'service-access', 'live-migration', 'maintenance-drain', 'backup', 'backup-restore']);
    expect([count('off'), count('remove')]).toEqual([0, 0]);
    // Written as 0.35 s and 0.04 s: known to a hundredth of a second.
    const told = of('live-migration.web.r1').measurements.filter(({ name }) => name.startsWith('platform-')).map(({ name, lo, hi, source }) => [name, lo, hi, source.includes('event')]);
    expect(told).toContainEqual(['platform-downtime', 340, 360, true]);
    expect(told).toContainEqual(['platform-brownout', 30, 50, true]);
    expect(of('backup-restore.web.r1').measurements.map(({ name }) => name)).toContain('restore-time');
  });

  test('check finds everything in order before anything is switched', async ({ expect, onTestFinished }) => {
    const cluster = await startHypervStandIn();
    onTestFinished(async () => cluster.stop());
    const { out, code } = await cluster.cli(['check', '--env', 'hv-stand-in']);
    expect({ code, out: code === 0 ? '' : out }).toEqual({ code: 0, out: '' });
    expect(out).toContain('hv-stand-in is ready.');
    expect(cluster.told()).toEqual([]);
  });

  test('nodes that shut down, and one that is lost and comes back, pass by the hands of their host, which gives each its power back', async ({ expect, onTestFinished }) => {
    const { count } = await run({ expect, onTestFinished }, ['node-shutdown', 'node-return']);
    expect(count('off')).toBe(1);
    // A node that shut itself down is given its power back as well.
    expect(count('on')).toBeGreaterThan(count('off'));
  });

  test('a guest whose node loses its power is recovered in the phases of the platform, and disks that are taken out are put back', async ({ expect, onTestFinished }) => {
    const { folder, count, held, of } = await run({ expect, onTestFinished }, ['node-failure', 'disk-removal', 'disk-return'], { disks: { awaitRepair: true }, times: { retireMs: 15_000 } });
    // The others saw it isolated and removed, and it says itself that its power was lost.
    for (const role of ['worker', 'coordinator']) expect(held(`node-failure.web.${role}.r1`, noBadNews)).toEqual([expect.stringMatching(/ line\(s\), each brought about by the row itself/)]);
    for (const role of ['worker', 'coordinator']) expect(of(`node-failure.web.${role}.r1`).phases.map(({ name }) => name)).toEqual(expect.arrayContaining(['confirmed', 'detected', 'fenced', 'placed', 'running', 'serving', 'redundant']));
    // The settings of the played cluster are those of a real one, which lives slower.
    expect(of('node-failure.web.worker.r1').measurements.filter(({ name }) => name === 'recovery').map(({ source }) => source)).toEqual([expect.stringContaining('249 to 266 s and its own start are expected by the settings of the cluster')]);
    expect([count('off'), count('on'), count('remove'), count('insert')]).toEqual([2, 2, 2, 2]);
    // The pool retired the disk and made its copies anew while it was out, and would not use it again by itself.
    expect(of('disk-removal.cluster.r1').measurements.filter(({ name }) => /^re(?:tired|paired|dundant)-after$/.test(name)).map(({ name, source }) => [name, source.includes('900.0 to 1020.0 s are expected by its settings')])).toEqual([['retired-after', true], ['repaired-after', false], ['redundant-after', false]]);
    expect(readRun(folder).events.some((event) => event.kind === 'progress' && /hv1-disk1 was retired while it was out: taken back into use as AutoSelect/.test(event.message))).toBe(true);
  });

  test('two disks, or two nodes, at once, and a network that leaves no part a quorum: what is left knows it, starts nothing, and serves again when the first is back', async ({ expect, onTestFinished }) => {
    const { count, held, of } = await run({ expect, onTestFinished }, ['double-failure', 'quorum-loss']);
    expect([count('off'), count('remove'), count('insert')]).toEqual([2, 2, 2]);
    const knows = 'what is left of the cluster knows that it has no quorum';
    expect([held('double-failure.cluster.nodes.r1', knows), held('quorum-loss.cluster.r1', knows)].map(({ length }) => length)).toEqual([1, 1]);
    // By the word of the node that is left, which is no member any more.
    expect(held('quorum-loss.cluster.r1', 'without quorum no guest is started on another node')).toEqual([expect.stringMatching(/by the word of hv\d alone/)]);
    for (const id of ['double-failure.cluster.nodes.r1', 'quorum-loss.cluster.r1']) expect(of(id).measurements.map(({ name }) => name)).toContain('recovery');
  });

  test('a node that is cut off ends its guest by its own log before the guest is started elsewhere, and nothing is switched for it', async ({ expect, onTestFinished }) => {
    // Long enough for readings, each of which waits for the silent node, to tell the end from the start.
    const { count, held, of } = await run({ expect, onTestFinished }, ['network-partition'], { times: { resiliencyMs: 6000, guestBootMs: 12_000 } });
    expect(held('network-partition.web.r1', 'hv2 was stopped before web was started on another node')).toEqual([expect.stringMatching(/first seen off never.*says event 18502 of Hyper-V-Worker-Admin on hv2/)]);
    expect(of('network-partition.web.r1').phases.map(({ name }) => name)).toEqual(expect.arrayContaining(['detected', 'fenced', 'running', 'serving', 'redundant']));
    // The node that was cut off removed all others from its own membership, and said so.
    expect(held('network-partition.web.r1', noBadNews)).toEqual([expect.stringMatching(/ line\(s\), each brought about by the row itself/)]);
    expect(count('off')).toBe(0);
  });

  test('nodes that die in the middle of a migration, or of a backup, take nothing along: the guest runs in one place, and nothing is left', async ({ expect, onTestFinished }) => {
    const { count, of } = await run({ expect, onTestFinished }, ['failure-during-migration', 'failure-during-backup'], { work: { migrationMs: 20_000, exportMs: 20_000 } });
    expect([count('off'), count('on')]).toEqual([3, 3]);
    for (const id of ['failure-during-migration.web.source.r1', 'failure-during-backup.web.r1']) expect(of(id).measurements.map(({ name }) => name)).toContain('recovery');
    // The guest that was to go to the node that died has run on.
    expect(of('failure-during-migration.web.target.r1').measurements.map(({ name }) => name)).not.toContain('recovery');
  });

  test('Windows Server Backup backs the guest up in the place of exports, and nothing of it is left, also when its node dies in the middle', async ({ expect, onTestFinished }) => {
    const { count, held } = await run({ expect, onTestFinished }, ['backup', 'failure-during-backup'], { backup: { serverBackup: { volume: 'E:' } }, work: { exportMs: 20_000 } });
    expect(held('backup.web.r1', 'the archive is listed')).toEqual([expect.stringMatching(/^hv2:E: version /)]);
    expect([count('off'), count('on')]).toEqual([1, 1]);
  });

  test('a hand that holds the machine of another node is named by check, and no run begins with it', async ({ expect, onTestFinished }) => {
    const cluster = await startHypervStandIn({ guestOf: { hv1: 'hv3' } });
    onTestFinished(async () => cluster.stop());
    const wrong = /the power hand of hv1 holds hv1.*it holds the machine of UUID/;
    const checked = await cluster.cli(['check', '--env', 'hv-stand-in']);
    expect([checked.code, checked.out]).toEqual([3, expect.stringMatching(wrong)]);
    expect(checked.out).toMatch(/machine hv2 of the Hyper-V host \S+ may run guests +virtualization is exposed to it/);
    const ran = await cluster.cli(cluster.run('node-failure'));
    expect([ran.code, ran.out]).toEqual([3, expect.stringMatching(wrong)]);
    expect(cluster.told()).toEqual([]);
  });
});
