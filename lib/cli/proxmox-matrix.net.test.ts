import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'vitest';
import type { TestContext } from 'vitest';
import { noNetworkReason } from '../probes/netns.ts';
import { readRun } from '../record/run-reader.ts';
import type { ScenarioVerdict } from '../record/types.ts';
import { startProxmoxStandIn } from './stand-in/proxmox/stand-in.ts';
import type { ProxmoxStandIn, ProxmoxStandInOptions } from './stand-in/proxmox/stand-in.ts';

const missing = noNetworkReason();
if (missing !== null) console.warn(`proxmox-matrix.net.test.ts runs nothing here: ${missing}`);

interface Ran {
  cluster: ProxmoxStandIn;
  folder: string;
  verdicts: ReturnType<ProxmoxStandIn['verdicts']>;
  of: (id: string) => ScenarioVerdict;
}

/** Runs these rows to their end, each of which must pass. What the harness said is shown where one does not. */
async function run({ expect, onTestFinished }: Pick<TestContext, 'expect' | 'onTestFinished'>, options: ProxmoxStandInOptions, ...rows: string[]): Promise<Ran> {
  const cluster = await startProxmoxStandIn(options);
  onTestFinished(async () => cluster.stop());
  const { out, code } = await cluster.cli(cluster.run(...rows));
  const folder = cluster.runs().at(-1);
  if (folder === undefined || !existsSync(join(folder, 'verdicts.json'))) throw new Error(`the run came to no verdict:\n${out}`);
  const verdicts = cluster.verdicts(folder);
  const bad = verdicts.scenarios.filter(({ verdict }) => verdict !== 'pass').map(({ id, reason }) => ({ id, reason }));
  expect({ code, bad, out: bad.length === 0 ? '' : out }).toEqual({ code: 0, bad: [], out: '' });
  return { cluster, folder, verdicts, of: (id) => verdicts.scenarios.find((each) => each.id === id) ?? expect.unreachable(`there is no scenario ${id}:\n${out}`) };
}

/** Whole runs by the real command line, side by side, each against a model of a cluster of its own that lives faster than the machine. */
describe.skipIf(missing !== null)('the matrix on Proxmox VE', { concurrent: true, timeout: 600_000 }, () => {
  test('the ground, live migration and backup pass, measured, on a cluster that every report calls simulated', async ({ expect, onTestFinished }) => {
    const { cluster, folder, verdicts, of } = await run({ expect, onTestFinished }, { allowNodes: ['pve1', 'pve2'] }, 'cluster-health', 'prerequisites', 'live-migration', 'backup');
    expect(verdicts.scenarios.map(({ id }) => id)).toEqual(['cluster-health.cluster.r1', 'prerequisites.cluster.r1', 'live-migration.web.r1', 'backup.web.r1']);
    expect(verdicts).toMatchObject({ platform: 'proxmox', simulated: true, incomplete: false, verdict: 'pass' });
    expect(readFileSync(join(folder, 'junit.xml'), 'utf8')).toMatch(/name="simulated" value="true"/);
    const moves = readRun(folder).events.flatMap((event) => (event.kind === 'measured' && event.name === 'platform-downtime' ? [event] : []));
    // By the task's own log, there and back; each time the kernel did not answer for the guest for at least as long as it was taken away.
    expect(moves.map(({ fromNode, toNode, lo, hi }) => [fromNode, toNode, lo, hi])).toEqual([['pve2', 'pve1', 101, 101], ['pve1', 'pve2', 101, 101]]);
    const outages = of('live-migration.web.r1').measurements.filter(({ name }) => name === 'outage');
    expect(outages).toHaveLength(2);
    for (const { hi } of outages) expect(hi).toBeGreaterThanOrEqual(100);
    // Nothing is left: the archive was removed by its own request, and the nodes were given only commands that read.
    expect(cluster.commands().map(({ command }) => command).filter((command) => !/^(?:pvecm status|id -u|date |env LC_ALL=C journalctl|bash -c|sh -c)/.test(command))).toEqual([]);
  });

  test('a guest whose node loses its power is recovered, and never called so before the constants of the platform allow it; with the manager lost as well it takes longer', async ({ expect, onTestFinished }) => {
    const factor = 30;
    const { of } = await run({ expect, onTestFinished }, { factor }, 'node-failure');
    // Lifetime of the dead node's lock but a round of the manager; another node must first get the manager's lock. In the cluster's seconds.
    for (const [role, leastS] of [['worker', 110], ['coordinator', 170]] as const) {
      const { phases, measurements } = of(`node-failure.web.${role}.r1`);
      expect(phases.map(({ name }) => name)).toEqual(expect.arrayContaining(['detected', 'fenced', 'placed', 'running', 'answering', 'serving', 'redundant']));
      const outage = measurements.find(({ name }) => name === 'outage') ?? expect.unreachable('no outage was measured');
      expect((outage.lo / 1000) * factor).toBeGreaterThan(leastS);
      // The platform's word that it runs is not believed before it does.
      expect(phases.find(({ name }) => name === 'running')?.hi ?? 0).toBeGreaterThanOrEqual(outage.lo);
    }
  });

  test('a container is stopped and started on another node, and a disk is taken out and put back', async ({ expect, onTestFinished }) => {
    const { cluster, folder, of, verdicts } = await run({ expect, onTestFinished }, { allowNodes: ['pve2', 'pve3'], container: true }, 'container-migration', 'disk-removal');
    expect(verdicts.scenarios.map(({ id }) => id)).toEqual(['container-migration.files.r1', 'disk-removal.cluster.r1']);
    expect(of('container-migration.files.r1').measurements.filter(({ name }) => name === 'migration-time').map(({ from, to }) => [from, to])).toEqual([['pve3', 'pve2'], ['pve2', 'pve3']]);
    const boots = readRun(folder).events.flatMap((event) => (event.kind === 'expectation' && event.title.endsWith('it is another boot') ? [event.detail] : []));
    expect(boots).toEqual([expect.stringMatching(/^boot id \S+ before, \S+ after$/), expect.stringMatching(/^boot id \S+ before, \S+ after$/)]);
    expect(cluster.disksOut()).toEqual([]);
  });
});
