import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'vitest';
import type { TestContext } from 'vitest';
import { noNetworkReason } from '../probes/netns.ts';
import { readRun } from '../record/run-reader.ts';
import type { Measurement, ScenarioVerdict } from '../record/types.ts';
import { proxmoxStandInName } from './stand-in/proxmox/environment-file.ts';
import { startProxmoxStandIn } from './stand-in/proxmox/stand-in.ts';
import type { ProxmoxStandIn, ProxmoxStandInOptions } from './stand-in/proxmox/stand-in.ts';

const missing = noNetworkReason();
if (missing !== null) console.warn(`proxmox-matrix.net.test.ts runs nothing here: ${missing}`);

interface Ran {
  cluster: ProxmoxStandIn;
  folder: string;
  verdicts: ReturnType<ProxmoxStandIn['verdicts']>;
  of: (id: string) => ScenarioVerdict;
  /** Figures of a scenario by their name. */
  figures: (id: string, name: Measurement['name']) => Measurement[];
  /** What was expected of a scenario and held, with its detail. */
  held: (id: string, title: string | RegExp) => string[];
}

/** Runs these rows to their end, in one run; each must pass, and nothing else be there. What the harness said is shown where one does not. */
async function run({ expect, onTestFinished }: Pick<TestContext, 'expect' | 'onTestFinished'>, options: ProxmoxStandInOptions, scenarios: readonly string[]): Promise<Ran> {
  const cluster = await startProxmoxStandIn(options);
  onTestFinished(async () => cluster.stop());
  const { out, code } = await cluster.cli(cluster.run(...new Set(scenarios.map((id) => id.split('.')[0] ?? ''))));
  const folder = cluster.runs().at(-1);
  if (folder === undefined || !existsSync(join(folder, 'verdicts.json'))) throw new Error(`the run came to no verdict:\n${out}`);
  const verdicts = cluster.verdicts(folder);
  const bad = verdicts.scenarios.filter(({ verdict }) => verdict !== 'pass').map(({ id, reason }) => ({ id, reason }));
  expect({ code, bad, out: bad.length === 0 ? '' : out }).toEqual({ code: 0, bad: [], out: '' });
  expect(verdicts.scenarios.map(({ id }) => id).toSorted()).toEqual(scenarios.map((id) => `${id}.r1`).toSorted());
  expect(verdicts).toMatchObject({ platform: 'proxmox', simulated: true, incomplete: false, verdict: 'pass' });
  expect(cluster.away()).toEqual([]);
  const of = (id: string): ScenarioVerdict => verdicts.scenarios.find((each) => each.id === `${id}.r1`) ?? expect.unreachable(`there is no scenario ${id}:\n${out}`);
  return {
    cluster, folder, verdicts, of,
    figures: (id, wanted) => of(id).measurements.filter(({ name }) => name === wanted),
    held: (id, wanted) => readRun(folder).events.flatMap((event) => (event.kind === 'expectation' && event.scenario === `${id}.r1` && event.ok === true && (typeof wanted === 'string' ? event.title === wanted : wanted.test(event.title)) ? [event.detail] : [])),
  };
}

/** What changed while a scenario ran, or could not be read, by a history among its evidence. */
function changesIn(folder: string, id: string, file: 'ha-manager.jsonl' | 'ceph-status.jsonl'): string[] {
  const lines = readFileSync(join(folder, 'evidence', `${id}.r1`, file), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as { changed?: string[]; unreadable?: string });
  return lines.flatMap(({ changed = [], unreadable }) => (unreadable === undefined ? changed : [`unreadable: ${unreadable}`]));
}

/** Whole runs by the real command line, side by side, each against a model of a cluster of its own that lives faster than the machine. */
describe.skipIf(missing !== null)('the matrix on Proxmox VE', { concurrent: true, timeout: 900_000 }, () => {
  test('check finds everything in order on a cluster that warns of what the recorded one warns of all the time', async ({ expect, onTestFinished }) => {
    const cluster = await startProxmoxStandIn({});
    onTestFinished(async () => cluster.stop());
    const { out, code } = await cluster.cli(['check', '--env', proxmoxStandInName]);
    expect({ code, out: code === 0 ? '' : out }).toEqual({ code: 0, out: '' });
    expect(out).toContain('MON_DISK_LOW');
    expect(out).toContain(`${proxmoxStandInName} is ready.`);
  });

  test('the ground, services, replicas, live migration where the rules of HA let it be, backup and its restore, and a half of a mirror of ZFS that is lost and comes back pass, measured, on a cluster that every report calls simulated', async ({ expect, onTestFinished }) => {
    // Resilvering takes long enough to be seen in the middle of it on a busy machine, too.
    const { cluster, folder, figures, held, of } = await run({ expect, onTestFinished }, { container: 'replicated', apart: true, mirror: true, work: { resilver: 160 } }, ['cluster-health.cluster', 'prerequisites.cluster', 'service-access.cluster', 'live-migration.web', 'disk-removal.cluster', 'disk-return.cluster', 'backup.files', 'backup.web', 'backup-restore.web', 'replication.cluster']);
    expect(readFileSync(join(folder, 'junit.xml'), 'utf8')).toMatch(/name="simulated" value="true"/);
    const moves = figures('live-migration.web', 'platform-downtime');
    // Not to pve3, where the container is that a rule keeps apart from it: that is said, and that it still stood in the end.
    expect(held('live-migration.web', 'web was moved wherever the platform\'s own rules let it be')).toEqual([expect.stringContaining('Left out: pve3. HA keeps web apart from files, which is on pve3 (away).')]);
    expect(held('prerequisites.cluster', /web may be migrated live/)).toEqual([expect.stringContaining('not to pve3')]);
    // By the task's own log, there and back; each time the kernel did not answer for the guest for at least as long as it was taken away.
    expect(moves.map(({ from, to, lo, hi }) => [from, to, lo, hi])).toEqual([['pve2', 'pve1', 101, 101], ['pve1', 'pve2', 101, 101]]);
    const outages = figures('live-migration.web', 'outage');
    expect(outages).toHaveLength(2);
    for (const { hi } of outages) expect(hi).toBeGreaterThanOrEqual(100);
    expect(held('replication.cluster', 'files, from pve3 to pve1: pve1 has its disks')).toEqual(['local:200/vm-200-disk-0.raw']);
    expect(figures('backup-restore.web', 'restore-time')).toHaveLength(1);
    for (const row of ['disk-removal.cluster', 'disk-return.cluster']) {
      expect(of(row).target).toMatchObject({ node: 'pve1', disk: 'tank-a' });
      expect(held(row, 'the storage notices by itself that tank-a is gone')).toHaveLength(1);
    }
    expect(figures('disk-return.cluster', 'redundant-after')).toHaveLength(1);
    // Its resilvering was followed: some of it was whole before all of it was.
    const shares = readRun(folder).events.flatMap((event) => (event.kind === 'redundancy' && event.detail.startsWith('zfs tank of pve1') ? [event.share] : []));
    expect([shares.includes(0), shares.some((share) => share > 0 && share < 1), shares.at(-1)]).toEqual([true, true, 1]);
    // The archives were removed by requests of the API, and the nodes were given only commands that read.
    expect(cluster.commands().map(({ command }) => command).filter((command) => !/^(?:pvecm status|id -u|date |env LC_ALL=C journalctl|bash -c|sh -c)/.test(command))).toEqual([]);
  });

  test('a guest whose node loses its power is recovered, and never called so before the constants of the platform allow it; with the manager lost as well it takes longer; from a node in maintenance it moves alive', async ({ expect, onTestFinished }) => {
    const factor = 30;
    const { folder, of, figures, held } = await run({ expect, onTestFinished }, { factor }, ['node-failure.web.worker', 'node-failure.web.coordinator', 'maintenance-drain.web']);
    // Lifetime of the dead node's lock but a round of the manager; another node must first get the manager's lock. In the cluster's seconds.
    for (const [role, leastS, words] of [['worker', 110, '110 to 150 s'], ['coordinator', 170, '110 to 270 s']] as const) {
      // The manager as it judged the node that was lost, and gave its guest another one.
      expect(changesIn(folder, `node-failure.web.${role}`, 'ha-manager.jsonl')).toEqual(expect.arrayContaining([
        expect.stringMatching(/^manager_status\.node_status\.pve\d: online -> (?:unknown|fence)$/),
        expect.stringMatching(/^manager_status\.service_status\.vm:100\.node: pve\d -> pve\d$/),
      ]));
      // By the role that the node had when it was lost: the manager is another node's since.
      expect(figures(`node-failure.web.${role}`, 'recovery').map(({ source }) => source)).toEqual([expect.stringContaining(`${words} and its own start are expected`)]);
      const { phases } = of(`node-failure.web.${role}`);
      expect(phases.map(({ name }) => name)).toEqual(expect.arrayContaining(['detected', 'fenced', 'placed', 'running', 'answering', 'serving', 'redundant']));
      const [outage] = figures(`node-failure.web.${role}`, 'outage');
      // Its upper bound: where the prober was blind on a busy machine, the outage is not known to have lasted.
      expect(((outage?.hi ?? 0) / 1000) * factor).toBeGreaterThan(leastS);
      // The platform's word that it runs is not believed before it does.
      expect(phases.find(({ name }) => name === 'running')?.hi ?? 0).toBeGreaterThanOrEqual(outage?.lo ?? Infinity);
    }
    expect(held('maintenance-drain.web', 'web: it was not started anew')).toHaveLength(1);
  });

  test('a container is stopped and started on another node; an OSD of Ceph, and two at once, and two nodes at once are lost and come back; a backup whose node dies leaves nothing', async ({ expect, onTestFinished }) => {
    const { figures, folder, held, of } = await run({ expect, onTestFinished }, { container: 'shared', work: { backup: 120 } }, ['container-migration.files', 'disk-removal.cluster', 'disk-return.cluster', 'failure-during-backup.files', 'double-failure.cluster.disks', 'double-failure.cluster.nodes']);
    const ways = figures('container-migration.files', 'migration-time').map(({ from, to }) => `${from} to ${to}`);
    expect(ways).toHaveLength(6);
    const boots = readRun(folder).events.flatMap((event) => (event.kind === 'expectation' && event.title.endsWith('it is another boot') ? [event.detail] : []));
    expect(boots).toEqual(ways.map(() => expect.stringMatching(/^boot id \S+ before, \S+ after$/)));
    for (const row of ['disk-removal.cluster', 'disk-return.cluster']) expect(of(row).target.disk).toMatch(/^osd\.\d$/);
    expect(changesIn(folder, 'disk-removal.cluster', 'ceph-status.jsonl')).toEqual(expect.arrayContaining(['osdmap.num_up_osds: 3 -> 2', 'osdmap.num_up_osds: 2 -> 3']));
    expect(figures('disk-return.cluster', 'redundant-after')).toHaveLength(1);
    // What Ceph warns of all the time blocks nothing; the crash that a pulled disk leaves behind is noted, once, and held against no row.
    expect(held('disk-removal.cluster', 'no storage warns of anything new that stays')).toEqual([expect.stringContaining('MON_DISK_LOW: mon pve3 is low on available space')]);
    expect(readRun(folder).events.flatMap((event) => (event.kind === 'note' && event.message.includes('has come to warn of') ? [[event.scenario, event.message.split('(')[0]]] : []))).toEqual([['disk-removal.cluster.r1', 'storage ceph has come to warn of RECENT_CRASH ']]);
    // What two lost copies of three freeze is nobody's loss.
    for (const guest of ['web', 'files']) expect(held('double-failure.cluster.disks', `how long the writes of ${guest} were frozen is known`)).toHaveLength(1);
    expect(figures('double-failure.cluster.disks', 'write-gap').map(({ hi }) => (hi ?? 0) > 9000)).toContain(true);
    expect(held('double-failure.cluster.nodes', 'what is left of the cluster knows that it has no quorum')).toHaveLength(1);
  });

  test('nodes that shut down, one that comes back, and nodes that die in the middle of a migration pass', async ({ expect, onTestFinished }) => {
    // A migration takes as long as it takes to cut the power in the middle of it.
    const { of, figures } = await run({ expect, onTestFinished }, { factor: 30, work: { migrate: 180 } }, ['node-shutdown.web', 'node-return.cluster', 'failure-during-migration.web.source', 'failure-during-migration.web.target']);
    expect(new Set(figures('node-shutdown.web', 'outage').map(({ from }) => from))).toEqual(new Set(['pve1', 'pve2', 'pve3']));
    expect(of('node-return.cluster').phases.map(({ name }) => name)).toContain('redundant');
    for (const victim of ['source', 'target']) expect(figures(`failure-during-migration.web.${victim}`, 'outage')).toHaveLength(1);
  });

  test('a node that is cut off resets itself before its guest is started elsewhere, which HA takes home by itself behind it, and without quorum nothing is started', async ({ expect, onTestFinished }) => {
    // Slow enough for readings, each of which waits for the silent nodes, to tell the reset from the recovery a minute later, and to meet the way home on a busy machine.
    const { figures, folder, held, of } = await run({ expect, onTestFinished }, { factor: 4, home: 'pve2', work: { migrate: 120 } }, ['network-partition.web', 'quorum-loss.cluster']);
    // Its power was on all the time: the node's own word of its start is the witness.
    expect(held('network-partition.web', 'pve2 was stopped before web was started on another node')).toEqual([expect.stringMatching(/first seen off never.*it started anew by \d/)]);
    expect(of('network-partition.web').phases.map(({ name }) => name)).toEqual(expect.arrayContaining(['detected', 'fenced', 'running', 'serving', 'redundant']));
    // Home by failback, alive, before the row was over: it never ran twice, and what followed met no guest that was about to move.
    const waits = readRun(folder).events.flatMap((event) => (event.kind === 'progress' && event.scenario === 'network-partition.web.r1' ? [event.message] : []));
    expect(waits).toContainEqual(expect.stringMatching(/^waiting for a steady state: .*web: (?:migrate|HA is to take it from pve[13] to pve2)/));
    expect(held('network-partition.web', 'no guest ever runs twice')).toEqual([expect.stringContaining('at most one instance')]);
    expect(held('quorum-loss.cluster', 'without quorum no guest is started on another node')).toHaveLength(1);
    expect(figures('quorum-loss.cluster', 'recovery')).toHaveLength(1);
  });

  test('a guest that runs a second time, where its migration went to when that node died, fails the row, and that row alone', async ({ expect, onTestFinished }) => {
    const cluster = await startProxmoxStandIn({ factor: 30, work: { migrate: 180 }, twice: true });
    onTestFinished(async () => cluster.stop());
    const { out, code } = await cluster.cli(cluster.run('failure-during-migration'));
    const { scenarios } = cluster.verdicts(cluster.runs().at(-1) ?? expect.unreachable(out));
    expect({ code, verdicts: scenarios.map(({ id, verdict, reason }) => [id, verdict, reason]) }).toEqual({ code: 1, verdicts: [
      ['failure-during-migration.web.source.r1', 'pass', expect.anything()],
      ['failure-during-migration.web.target.r1', 'fail', expect.stringMatching(/no guest ever runs twice.*web ran on pve1 and pve2/)],
    ] });
    expect(cluster.away()).toEqual([]);
  });
});
