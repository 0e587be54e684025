import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'vitest';
import type { TestContext } from 'vitest';
import { noNetworkReason } from '../probes/netns.ts';
import type { Measurement, Verdicts } from '../record/types.ts';
import { hypervStandInName } from './stand-in/hyperv/environment-file.ts';
import { startHypervStandIn, type HypervStandIn, type HypervStandInOptions } from './stand-in/hyperv/stand-in.ts';
import type { HypervWorld } from './stand-in/hyperv/world.ts';
import { killWhole } from './testing.ts';

const missing = noNetworkReason();
if (missing !== null) console.warn(`hyperv-hostile.net.test.ts spoils nothing here: ${missing}`);

type Context = Pick<TestContext, 'expect' | 'onTestFinished'>;

const restore = ['restore', '--env', hypervStandInName];

async function standInFor({ onTestFinished }: Context, options: HypervStandInOptions = {}): Promise<HypervStandIn> {
  const cluster = await startHypervStandIn(options);
  onTestFinished(async () => cluster.stop());
  return cluster;
}

/** The world as it was before anything was done to it; where the guests are is the cluster's own affair. */
function expectWhole({ expect }: Context, { world }: HypervStandIn): void {
  expect(world()).toEqual({
    nodes: ['hv1', 'hv2', 'hv3'].map((name) => ({ name, power: true, state: 'Up', info: 0, disk: true })),
    guests: ['dns', 'web'].map((name) => ({ name, state: 'Online', machine: 'Running', operational: ['Ok'] })),
    exports: [],
    locked: false,
  });
}

async function expectNothingOpen({ expect }: Context, cluster: HypervStandIn): Promise<void> {
  const { out, code } = await cluster.cli(restore);
  expect([code, out]).toEqual([0, expect.stringMatching(/nothing is open/)]);
}

interface Death {
  what: string;
  row: string;
  options?: HypervStandInOptions;
  /** What the record has when the blow falls; and how it is seen in the world that the harness was at it. */
  at: RegExp;
  isAtIt: (world: HypervWorld) => boolean;
  mended: RegExp;
}

const isBusy = ({ guests }: HypervWorld, word: string): boolean => guests.some(({ operational }) => operational.includes(word));

const deaths: readonly Death[] = [
  { what: 'behind the power loss of a node', row: 'node-failure', at: /"kind":"fault-injected".*"fault":"node-power"/, isAtIt: ({ nodes }) => nodes.some(({ power }) => !power), mended: /mended: power node hv\d on through machine hv\d of the Hyper-V host/ },
  { what: 'behind the removal of a disk', row: 'disk-removal', at: /"kind":"fault-injected".*"fault":"disk-removal"/, isAtIt: ({ nodes }) => nodes.some(({ disk }) => !disk), mended: /mended: put disk hv\d-disk1 back into node hv\d/ },
  { what: 'with a drain under way', row: 'maintenance-drain', options: { work: { migrationMs: 20_000 } }, at: /"kind":"fault-injected".*"fault":"maintenance"/, isAtIt: (world) => world.nodes.some(({ state }) => state === 'Paused') && isBusy(world, 'MigratingVirtualMachine'), mended: /mended: take node hv\d back into service/ },
  { what: 'with a backup under way', row: 'backup', options: { work: { exportMs: 20_000 } }, at: /Back up web while it runs/, isAtIt: (world) => world.exports.length > 0 && isBusy(world, 'ExportingVirtualMachine'), mended: /mended: cancel a backup of ours of guest web and remove its archives/ },
];

const outages = ({ scenarios }: Verdicts): Measurement[] => scenarios.flatMap(({ measurements }) => measurements).filter(({ name, hi }) => name === 'outage' && hi !== null);
const recoveries = ({ scenarios }: Verdicts): Measurement[] => scenarios.flatMap(({ measurements }) => measurements).filter(({ name, hi }) => name === 'recovery' && hi !== null);

/** What a run says must be what it could know: nothing that was not proven is a fail, nothing that was not measured a pass, and all is mended. */
async function expectHonest(context: Context, cluster: HypervStandIn, { out, code }: { out: string; code: number | null }): Promise<Verdicts> {
  const { expect } = context;
  const folder = cluster.runs().at(-1) ?? '';
  if (!existsSync(join(folder, 'verdicts.json'))) throw new Error(`the run came to no verdict:\n${out}`);
  const verdicts = cluster.verdicts(folder);
  const said = verdicts.scenarios.map(({ id, verdict, reason }) => ({ id, verdict, reason }));
  expect({ said, honest: said.every(({ verdict }) => verdict === 'pass' || verdict === 'inconclusive') && code === (said.every(({ verdict }) => verdict === 'pass') ? 0 : 2) }).toEqual({ said, honest: true });
  expectWhole(context, cluster);
  await expectNothingOpen(context, cluster);
  return verdicts;
}

/** Whole runs by the real command line, side by side, each against a played cluster of its own whose harness dies, or whose ways are spoilt, in the middle. */
describe.skipIf(missing !== null)('a whole run on Hyper-V', { concurrent: true, timeout: 900_000 }, () => {
  test.for(deaths)('killed with all its processes $what: restore makes the world whole, and then nothing is open', async ({ row, options, at, isAtIt, mended }, context) => {
    const { expect } = context;
    const cluster = await standInFor(context, options);
    const running = cluster.start(cluster.run(row));
    await cluster.untilEvent(at);
    await expect.poll(() => isAtIt(cluster.world()), { timeout: 180_000, interval: 20 }).toBe(true);
    await killWhole(running);
    expect(isAtIt(cluster.world())).toBe(true);
    const { out, code } = await cluster.cli(restore);
    expect([code, out]).toEqual([0, expect.stringMatching(mended)]);
    expectWhole(context, cluster);
    await expectNothingOpen(context, cluster);
  });

  test('whose connection to a node breaks behind a move that is obeyed: it is followed to its end and measured', async (context) => {
    const { expect } = context;
    const cluster = await standInFor(context);
    cluster.set('lose-move-live', '');
    const ended = await cluster.cli(cluster.run('live-migration'));
    const verdicts = await expectHonest(context, cluster, ended);
    expect(existsSync(join(cluster.target, 'lose-move-live'))).toBe(false);
    // Three nodes make six ways.
    expect([ended.code, outages(verdicts).length]).toEqual([0, 6]);
  });

  test('whose target of a move answers nothing any more: nobody can tell what became of the guest, and the cluster is not blamed', async (context) => {
    const { expect } = context;
    const cluster = await standInFor(context);
    cluster.set('freeze-move-live', '');
    const running = cluster.start(cluster.run('live-migration'));
    await cluster.untilEvent(/"kind":"fault-reverting"/);
    expect(existsSync(join(cluster.target, 'frozen'))).toBe(true);
    cluster.set('frozen', null);
    const { scenarios } = await expectHonest(context, cluster, await running.ended);
    expect(scenarios.map(({ verdict, reason }) => [verdict, reason])).toEqual([['inconclusive', expect.stringMatching(/What became of the move of web to hv\d is unknown: .*hv\d did not answer in time/)]]);
  });

  test('whose connection to the host of the nodes breaks behind the switch, both ways: the loss is measured, and the power is back', async (context) => {
    const { expect } = context;
    const cluster = await standInFor(context);
    for (const action of ['off', 'on']) cluster.set(`lose-switch-machine-${action}`, '');
    const ended = await cluster.cli(cluster.run('node-failure'));
    const verdicts = await expectHonest(context, cluster, ended);
    for (const action of ['off', 'on']) expect(existsSync(join(cluster.target, `lose-switch-machine-${action}`))).toBe(false);
    // As a worker and as the coordinator; each switch was asked for once.
    expect([ended.code, recoveries(verdicts).length]).toEqual([0, 2]);
    expect(['off', 'on'].map((action) => cluster.told().filter((told) => told.endsWith(`: ${action}`)).length)).toEqual([2, 2]);
  });
});
