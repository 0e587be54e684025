import { beginSynthetic, hostileGuest, usualRtt } from './synthetic-run.ts';
import type { SyntheticRun } from './synthetic-run.ts';
import type { RunDescription, Target } from '../../record/types.ts';

/** What goes wrong in a made-up migration. */
export interface MigrationTrouble {
  /** A blackout of the second move, ms. */
  blackoutMs?: number;
  /** The prober sends nothing for so long in the second move, ms. */
  blindMs?: number;
}

/** A live migration there and back: the first move holds a few answers back, the second has a blackout of 80 ms. */
export function tellMigration(run: SyntheticRun, beginMs: number, id: string, guest: string, { blackoutMs = 80, blindMs = 0 }: MigrationTrouble = {}): void {
  const scenario = run.scenario(id, 'live-migration', guest, { title: `Live migration of ${guest} under continuous ping`, target: { node: 'n1', role: null, disk: null } });
  const probe = `${id.split('.')[1] ?? 'guest'}.icmp`;
  const at = (ms: number): number => beginMs + ms;
  scenario.begin(at(0));
  scenario.probe(probe, [at(100), at(14_000)], (ms) => {
    const since = ms - beginMs;
    if (since >= 4000 && since < 4250) return 4250 - since;
    if (since >= 9000 && since < 9000 + blackoutMs) return null;
    if (since >= 9500 && since < 9500 + blindMs) return undefined;
    return usualRtt(ms);
  });
  scenario.at(at(3000), { kind: 'baseline', from: at(200) * 1e6, to: at(3000) * 1e6 });
  for (const [step, from, to, begin, end] of [[1, 'n1', 'n2', 3000, 8000], [2, 'n2', 'n1', 8000, 13_000]] as const) {
    scenario.step(step, `Migrate ${guest} from ${from} to ${to} while it runs`, at(begin), at(end), () => {
      scenario.at(at(begin + 500), { kind: 'mark', title: `migration ${from} to ${to} begins` });
      scenario.at(at(end - 1500), { kind: 'mark', title: `migration ${from} to ${to} done` });
      scenario.at(at(end - 500), { kind: 'expectation', title: `${from} to ${to}: the guest runs on ${to} alone`, ok: true, detail: to });
      scenario.at(at(end - 400), { kind: 'expectation', title: `${from} to ${to}: the same boot goes on`, ok: true, detail: 'boot id 6f1c before, 6f1c after' });
      scenario.at(at(end - 300), { kind: 'window', probe, measures: 'outage', fromNode: from, toNode: to, start: at(begin) * 1e6, end: at(end - 500) * 1e6 });
      scenario.at(at(end - 200), { kind: 'measured', name: 'platform-downtime', lo: 61, hi: 61, unit: 'ms', source: "the hypervisor's own figure", fromNode: from, toNode: to, periodMs: null });
    });
  }
  run.setClock(at(13_500));
  run.writer.evidence({ scenario: id, title: `Log of the migration of ${guest}`, name: `migration-${guest}.log`, mediaType: 'text/plain', data: `moving ${guest}\ndone\n` });
  scenario.at(at(14_000), { kind: 'probe-stopped', probe, sent: 1390, answered: 1390 - blackoutMs / 10 });
  scenario.at(at(14_000), { kind: 'scenario-ended', outcome: 'completed', reason: null, missingCapability: null });
}

/** A power loss with every phase; the guest is back `backMs` after the fault. `mended` false: the power stays off. */
export function tellNodeFailure(run: SyntheticRun, beginMs: number, id: string, { backMs = 38_000, mended = true } = {}): void {
  const target: Target = { node: 'n2', role: 'worker', disk: null };
  const scenario = run.scenario(id, 'node-failure', 'web', { title: 'Power loss of the node that hosts the guest', target });
  const at = (ms: number): number => beginMs + ms;
  const faultMs = 4000;
  const endMs = faultMs + backMs + 12_000;
  scenario.begin(at(0));
  scenario.probe('web.icmp', [at(100), at(endMs)], (ms) => (ms - beginMs >= faultMs + 220 && ms - beginMs < faultMs + backMs ? null : usualRtt(ms)));
  scenario.at(at(3500), { kind: 'baseline', from: at(200) * 1e6, to: at(3500) * 1e6 });
  scenario.step(1, 'Cut the power of n2, where web runs', at(3900), at(faultMs + 300), () => {
    scenario.at(at(faultMs), { kind: 'fault-injecting', fault: 'node-power', target, journal: 'j1' });
    scenario.at(at(faultMs + 290), { kind: 'fault-injected', fault: 'node-power', target });
  });
  scenario.step(2, 'The cluster starts the guest on another node, once; it answers and serves', at(faultMs + 300), at(faultMs + backMs + 3000), () => {
    const phases = [['confirmed', 200, 290], ['detected', 4900, 5200], ['fenced', 5900, 6400], ['placed', 6500, 6800], ['running', 7100, 7350], ['answering', backMs - 10, backMs + 1], ['serving', backMs + 800, backMs + 900]] as const;
    for (const [phase, lastBefore, firstAfter] of phases) {
      scenario.at(at(faultMs + firstAfter), { kind: 'phase', phase, source: 'the cluster, polled', lastBefore: at(faultMs + lastBefore) * 1e6, firstAfter: at(faultMs + firstAfter) * 1e6 });
    }
    scenario.at(at(faultMs + backMs + 2000), { kind: 'expectation', title: 'web never runs twice', ok: true, detail: 'at most 1 instance(s) in 120 readings of every node that answers' });
    scenario.at(at(faultMs + backMs + 2500), { kind: 'window', probe: 'web.icmp', measures: 'outage', fromNode: null, toNode: null, start: at(faultMs) * 1e6, end: at(faultMs + backMs + 2000) * 1e6 });
  });
  if (mended) {
    scenario.step(3, 'Power n2 on again', at(endMs - 8000), at(endMs - 2000), () => {
      scenario.at(at(endMs - 7900), { kind: 'fault-reverting', fault: 'node-power', target, journal: 'j1' });
      scenario.at(at(endMs - 2500), { kind: 'fault-reverted', fault: 'node-power', target, verified: true });
    });
  }
  scenario.at(at(endMs), { kind: 'scenario-ended', outcome: 'completed', reason: null, missingCapability: null });
}

/** A read-only row that holds. */
export function tellHealth(run: SyntheticRun, beginMs: number): void {
  const scenario = run.scenario('cluster-health.cluster.r1', 'cluster-health', null, { title: 'The cluster is whole' });
  scenario.begin(beginMs);
  scenario.step(1, 'Each must be as a whole cluster has it', beginMs + 10, beginMs + 900, () => {
    for (const title of ['the cluster is quorate', 'every node is up', 'the storage is redundant']) scenario.at(beginMs + 500, { kind: 'expectation', title, ok: true, detail: 'n1, n2, n3' });
  });
  scenario.at(beginMs + 1000, { kind: 'scenario-ended', outcome: 'completed', reason: null, missingCapability: null });
}

/** Ends the run. */
export function tellEnd(run: SyntheticRun, ms: number): void {
  run.setClock(ms);
  run.writer.event({ kind: 'run-ended', scenario: null, reason: 'completed' });
}

/** Ids of the story's scenarios and the verdicts that they must get. */
export const storyVerdicts = {
  'cluster-health.cluster.r1': 'pass',
  'live-migration.web.r1': 'pass',
  'live-migration.dns.r1': 'inconclusive',
  'live-migration.rm-rf-script-alert-1-script-.r1': 'fail',
  'node-failure.web.r1': 'fail',
  'container-migration.ct.r1': 'not-applicable',
  'backup.web.r1': 'blocked',
} as const;

/** A whole run with a scenario of every verdict and a guest with a hostile name. Returns its folder. */
export function tellStory(root: string, change: Partial<RunDescription> = {}): string {
  const run = beginSynthetic(root, { limits: { 'live-migration': { outage: 500, lost: 20 }, 'node-failure': { outage: 30_000 } }, ...change });
  tellHealth(run, 10);
  tellMigration(run, 2000, 'live-migration.web.r1', 'web');
  tellMigration(run, 20_000, 'live-migration.dns.r1', 'dns', { blindMs: 900 });
  tellMigration(run, 40_000, 'live-migration.rm-rf-script-alert-1-script-.r1', hostileGuest, { blackoutMs: 1300 });
  tellNodeFailure(run, 60_000, 'node-failure.web.r1');
  const container = run.scenario('container-migration.ct.r1', 'container-migration', 'ct', { title: 'Container migration' });
  container.begin(120_000);
  container.at(120_001, { kind: 'scenario-ended', outcome: 'not-applicable', reason: 'The platform lacks containers.', missingCapability: 'containers' });
  const backup = run.scenario('backup.web.r1', 'backup', 'web', { title: 'A backup of the running guest ends OK' });
  backup.begin(120_100);
  backup.step(1, 'The cluster is whole and the guests answer (steady-state gate)', 120_200, 121_000, undefined, 'not met within 180 s');
  backup.at(121_001, { kind: 'scenario-ended', outcome: 'blocked', reason: 'The cluster is not whole, so nothing was injected: osd.2 is down.', missingCapability: null });
  tellEnd(run, 122_000);
  return run.writer.folder;
}
