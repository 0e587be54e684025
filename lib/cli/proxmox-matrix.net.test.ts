import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { noNetworkReason } from '../probes/netns.ts';
import { readRun } from '../record/run-reader.ts';
import type { ScenarioVerdict } from '../record/types.ts';
import { startProxmoxStandIn } from './stand-in/proxmox/stand-in.ts';
import type { ProxmoxStandIn, ProxmoxStandInOptions } from './stand-in/proxmox/stand-in.ts';

const missing = noNetworkReason();
if (missing !== null) console.warn(`proxmox-matrix.net.test.ts runs nothing here: ${missing}`);

/** Whole runs by the real command line, against a model of a cluster of Proxmox VE that lives faster than the machine. */
describe.skipIf(missing !== null)('the matrix on Proxmox VE', () => {
  let standIn: ProxmoxStandIn | null = null;
  afterEach(async () => {
    await standIn?.stop();
    standIn = null;
  });

  /** Runs these rows to their end. What the harness says is shown when a verdict is not the expected one. */
  async function run(options: ProxmoxStandInOptions, ...rows: string[]): Promise<{ cluster: ProxmoxStandIn; folder: string; verdicts: ReturnType<ProxmoxStandIn['verdicts']>; of: (id: string) => ScenarioVerdict }> {
    const cluster = await startProxmoxStandIn(options);
    standIn = cluster;
    const { out, code } = await cluster.cli(cluster.run(...rows));
    const folder = cluster.runs().at(-1);
    if (folder === undefined) throw new Error(`there is no run:\n${out}`);
    const verdicts = cluster.verdicts(folder);
    const bad = verdicts.scenarios.filter(({ verdict }) => verdict !== 'pass').map(({ id, reason }) => ({ id, reason }));
    expect({ code, bad, out: bad.length === 0 ? '' : out }).toEqual({ code: 0, bad: [], out: '' });
    return { cluster, folder, verdicts, of: (id) => verdicts.scenarios.find((each) => each.id === id) ?? expect.unreachable(`there is no scenario ${id}:\n${out}`) };
  }

  test('the ground, live migration and backup pass, measured, on a cluster that every report calls simulated', { timeout: 400_000 }, async () => {
    const { cluster, folder, verdicts, of } = await run({ allowNodes: ['pve1', 'pve2'] }, 'cluster-health', 'prerequisites', 'live-migration', 'backup');
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
});
