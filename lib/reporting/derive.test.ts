import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mergedLimits, sayLimitFiles } from '../record/limit-files.ts';
import { readRun } from '../record/run-reader.ts';
import type { RunRecord } from '../record/run-reader.ts';
import { toolVersion } from '../record/tool-version.ts';
import { verdictsSchema } from '../record/verdicts-schema.ts';
import type { Limits, ScenarioVerdict, Verdicts } from '../record/types.ts';
import { deriveInto } from './derive-into.ts';
import { derive, deriveVerdicts } from './derive.ts';
import { messagesOf } from './allure/scenario-test.ts';
import { renderJunit } from './junit.ts';
import { renderSummary } from './summary.ts';
import { storyVerdicts, tellEnd, tellHealth, tellMigration, tellNodeFailure, tellStory } from './testing/story.ts';
import { beginSynthetic, usualRtt } from './testing/synthetic-run.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'derive-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function scenarioOf(verdicts: Verdicts, id: string): ScenarioVerdict {
  const found = verdicts.scenarios.find((scenario) => scenario.id === id);
  if (found === undefined) throw new Error(`${id} is missing`);
  return found;
}

describe('the verdicts of a record', () => {
  test('every planned scenario appears, with the verdict it deserves, in the published shape', () => {
    const verdicts = deriveVerdicts(readRun(tellStory(root)));
    expect(Object.fromEntries(verdicts.scenarios.map(({ id, verdict }) => [id, verdict]))).toEqual(storyVerdicts);
    expect(verdicts).toMatchObject({ verdict: 'fail', incomplete: false, simulated: true });
    expect(verdictsSchema.parse(JSON.parse(JSON.stringify(verdicts)))).toEqual(verdicts);
  });

  test('each move is measured by itself, the true outage within, and late answers are not lost', () => {
    const web = scenarioOf(deriveVerdicts(readRun(tellStory(root))), 'live-migration.web.r1');
    const [heldBack, lostInFirst, blackout, lostInSecond] = web.measurements;
    expect(heldBack).toMatchObject({ name: 'outage', from: 'n1', to: 'n2', unit: 'ms', limit: 500, verdict: 'pass', period: 10 });
    expect(heldBack?.lo).toBeLessThanOrEqual(250);
    expect(heldBack?.hi).toBeGreaterThanOrEqual(250);
    expect(lostInFirst).toMatchObject({ name: 'lost', lo: 0, hi: 0, verdict: 'pass' });
    // Eight probes were lost; the first may have left up to 0.1 ms behind its stamp.
    expect(blackout?.lo).toBeGreaterThanOrEqual(69.9);
    expect(blackout?.hi).toBeLessThanOrEqual(91);
    expect(lostInSecond).toMatchObject({ name: 'lost', from: 'n2', to: 'n1', lo: 8, hi: 8, unit: 'packets' });
    expect(web).toMatchObject({ sent: 900, lost: 8, late: 15, duplicates: 0, blind: 0, duration: 14_000 });
  });

  test('phases count from the fault', () => {
    const { phases, fault, target } = scenarioOf(deriveVerdicts(readRun(tellStory(root))), 'node-failure.web.r1');
    expect(phases.find(({ name }) => name === 'fenced')).toEqual({ name: 'fenced', lo: 5900, hi: 6400 });
    expect({ fault, target }).toEqual({ fault: 'node-power', target: { node: 'n2', role: 'worker', disk: null } });
  });

  test('a scenario that shuts one node down after the other has the phases of each, in the published shape and in the reports', () => {
    const run = beginSynthetic(root, {});
    const scenario = run.scenario('node-shutdown.web.r1', 'node-shutdown', 'web', { title: 'Shutdown of every node' });
    scenario.begin(0);
    for (const [index, node] of ['n1', 'n2'].entries()) {
      const at = 1000 + 20_000 * index;
      const target = { node, role: 'worker', disk: null };
      scenario.at(at, { kind: 'fault-injecting', fault: 'node-shutdown', target, journal: 'j' });
      scenario.at(at + 7000, { kind: 'phase', phase: 'serving', source: 'polled', lastBefore: (at + 5000 + index) * 1e6, firstAfter: (at + 6000) * 1e6 });
      scenario.at(at + 9000, { kind: 'fault-reverted', fault: 'node-shutdown', target, verified: true });
    }
    scenario.at(50_000, { kind: 'scenario-ended', outcome: 'completed', reason: null, missingCapability: null });
    tellEnd(run, 51_000);
    const derivation = derive(readRun(run.writer.folder));
    const { phases, recoveries } = scenarioOf(derivation.verdicts, 'node-shutdown.web.r1');
    expect(recoveries).toEqual([5000, 5001].map((lo, index) => ({ target: { node: `n${index + 1}`, role: 'worker', disk: null }, phases: [{ name: 'serving', lo, hi: 6000 }] })));
    expect(phases).toEqual(recoveries?.at(-1)?.phases);
    expect(verdictsSchema.parse(JSON.parse(JSON.stringify(derivation.verdicts)))).toEqual(derivation.verdicts);
    expect(renderSummary(derivation)).toMatch(/Fault 1\\?\. n1\n[^]*5000-6000 ms[^]*Fault 2\\?\. n2\n[^]*5001-6000 ms/);
  });

  test('another guest\'s outage is held to the limit of the row, as a figure of its own', () => {
    const run = beginSynthetic(root, { limits: { 'node-failure': { outage: 60_000 } } });
    const scenario = run.scenario('node-failure.web.r1', 'node-failure', 'web', { title: 'Power loss' });
    scenario.begin(0);
    for (const [guest, downMs] of [['web', 20_000], ['dns', 70_000]] as const) {
      scenario.probe(`${guest}.icmp`, [100, 100_000], (ms) => (ms >= 5000 && ms < 5000 + downMs ? null : usualRtt(ms)));
      scenario.at(100_000, { kind: 'window', probe: `${guest}.icmp`, measures: 'outage', fromNode: null, toNode: null, start: 4000 * 1e6, end: 99_000 * 1e6 });
    }
    scenario.at(100_500, { kind: 'expectation', title: 'it was done', ok: true, detail: '' });
    scenario.at(101_000, { kind: 'scenario-ended', outcome: 'completed', reason: null, missingCapability: null });
    tellEnd(run, 102_000);
    const verdicts = deriveVerdicts(readRun(run.writer.folder));
    const { verdict, measurements } = scenarioOf(verdicts, 'node-failure.web.r1');
    expect(verdict).toBe('fail');
    expect(measurements.filter(({ name }) => name === 'outage').map(({ probe, verdict: judged }) => [probe, judged])).toEqual([['web.icmp', 'pass'], ['dns.icmp', 'fail']]);
    expect(verdicts.statistics.filter(({ measurement }) => measurement === 'outage').map(({ n, probe }) => [n, probe])).toEqual([[1, 'web.icmp'], [1, 'dns.icmp']]);
  });

  test('what a blind prober may have missed widens the interval, and only a limit within it becomes undecided', () => {
    const tell = (limits: { outage: number; lost: number }): ScenarioVerdict => {
      const run = beginSynthetic(root, { limits: { 'live-migration': limits } });
      tellMigration(run, 10, 'live-migration.dns.r1', 'dns', { blackoutMs: 0, blindMs: 900 });
      tellEnd(run, 20_000);
      return scenarioOf(deriveVerdicts(readRun(run.writer.folder)), 'live-migration.dns.r1');
    };
    const loose = tell({ outage: 2000, lost: 200 });
    expect(loose.verdict).toBe('pass');
    const outage = loose.measurements.find(({ name, from }) => name === 'outage' && from === 'n2');
    expect(outage?.lo).toBe(0);
    expect(outage?.hi).toBeGreaterThanOrEqual(900);
    expect(outage?.hi).toBeLessThan(912);
    expect(loose.measurements.find(({ name, from }) => name === 'lost' && from === 'n2')).toMatchObject({ lo: 0, hi: 90 });
    expect(loose.blind).toBe(900);
    expect(tell({ outage: 500, lost: 200 }).verdict).toBe('inconclusive');
    expect(tell({ outage: 2000, lost: 10 })).toMatchObject({ verdict: 'inconclusive', reason: expect.stringMatching(/^The prober was blind for 900 ms \(.*\)\. Lost 0-90 \(n2 to n1\), limit 10: cannot tell\.$/) as string });
  });

  test('what the environment sets no limit for is judged by the default that the run recorded, and asked for only where it is measured', () => {
    const tell = (defaultLimits: Limits | undefined): ScenarioVerdict => {
      const run = beginSynthetic(root, { limits: { 'live-migration': { lost: 200 } }, defaultLimits });
      tellMigration(run, 10, 'live-migration.dns.r1', 'dns', { blackoutMs: 300, blindMs: 0 });
      tellEnd(run, 20_000);
      return scenarioOf(deriveVerdicts(readRun(run.writer.folder)), 'live-migration.dns.r1');
    };
    expect(tell({ 'live-migration': { outage: 200, lost: 1, 'write-gap': 30_000 } })).toMatchObject({ verdict: 'fail', reason: expect.stringMatching(/^Outage .*, default limit 200 ms/) as string });
    expect(tell({ 'live-migration': { outage: 2000, lost: 1, 'write-gap': 30_000 } }).verdict).toBe('pass');
    expect(tell(undefined).measurements.find(({ name }) => name === 'outage')).toMatchObject({ limit: null, verdict: null });
  });

  test('a prober that was reported blind where its samples show nothing counts as blind', () => {
    const run = beginSynthetic(root, { limits: { 'live-migration': { outage: 500 } } });
    const scenario = run.scenario('live-migration.web.r1', 'live-migration', 'web');
    scenario.begin(10);
    scenario.probe('web.icmp', [20, 9000], usualRtt);
    scenario.at(9000, { kind: 'window', probe: 'web.icmp', measures: 'outage', fromNode: null, toNode: null, start: 1e9, end: 8e9 });
    scenario.at(9001, { kind: 'prober-blind', probe: 'web.icmp', from: 2e9, to: 3e9, reason: 'the thread was stopped' });
    scenario.at(9002, { kind: 'scenario-ended', outcome: 'completed', reason: null, missingCapability: null });
    tellEnd(run, 9100);
    expect(deriveVerdicts(readRun(run.writer.folder)).scenarios[0]).toMatchObject({ verdict: 'inconclusive', measurements: [{ name: 'outage', hi: 1000 }, { name: 'lost', lo: 0, hi: 100 }] });
  });

  test('a window without samples is inconclusive and says which', () => {
    const folder = tellStory(root);
    rmSync(join(folder, 'samples', 'live-migration.web.r1', 'web.icmp.samples'));
    const web = scenarioOf(deriveVerdicts(readRun(folder)), 'live-migration.web.r1');
    expect(web).toMatchObject({ verdict: 'inconclusive', reason: expect.stringMatching(/^The samples of web\.icmp cannot be read: ENOENT/) });
    expect(web.measurements[0]).toMatchObject({ lo: 0, hi: null, verdict: 'inconclusive' });
    expect(web.sent).toBeNull();
  });

  test('a service gap is one measurement, and probes of other guests do not count as lost packets', () => {
    const run = beginSynthetic(root, { limits: { 'disk-removal': { 'service-gap': 1000 } } });
    const scenario = run.scenario('disk-removal.cluster.r1', 'disk-removal', null);
    scenario.begin(10);
    scenario.probe('web.http', [20, 9000], (ms) => (ms >= 5000 && ms < 5200 ? null : usualRtt(ms)));
    scenario.at(9000, { kind: 'window', probe: 'web.http', measures: 'service-gap', fromNode: null, toNode: null, start: 1e9, end: 8e9 });
    scenario.at(9002, { kind: 'scenario-ended', outcome: 'completed', reason: null, missingCapability: null });
    tellEnd(run, 9100);
    const [removal] = deriveVerdicts(readRun(run.writer.folder)).scenarios;
    expect(removal).toMatchObject({ verdict: 'pass', lost: 20, measurements: [{ name: 'service-gap', verdict: 'pass', limit: 1000 }] });
    expect(removal?.measurements).toHaveLength(1);
  });

  test('statistics gather a measurement over all repeats, each move by itself', () => {
    const run = beginSynthetic(root);
    for (const repeat of [1, 2, 3]) tellMigration(run, repeat * 20_000, `live-migration.web.r${repeat}`, 'web', { blackoutMs: 100 * repeat });
    tellEnd(run, 100_000);
    const { statistics } = deriveVerdicts(readRun(run.writer.folder));
    const lost = statistics.filter(({ measurement }) => measurement === 'lost');
    expect(lost.map(({ from, to, n, median, worst }) => ({ from, to, n, median, worst }))).toEqual([
      { from: 'n1', to: 'n2', n: 3, median: 0, worst: 0 },
      { from: 'n2', to: 'n1', n: 3, median: 20, worst: 30 },
    ]);
    expect(lost[1]?.runs?.map(({ scenario }) => scenario)).toEqual(['live-migration.web.r1', 'live-migration.web.r2', 'live-migration.web.r3']);
  });

  test('intervals are rounded outwards, to the microsecond', () => {
    const run = beginSynthetic(root);
    const scenario = run.scenario('backup.web.r1', 'backup', 'web');
    scenario.begin(10);
    scenario.at(20, { kind: 'measured', name: 'backup-time', lo: 1.0009, hi: 1.0001, unit: 'ms', source: 'made up', fromNode: null, toNode: null, periodMs: null });
    expect(deriveVerdicts(readRun(run.writer.folder)).scenarios[0]?.measurements[0]).toMatchObject({ lo: 1, hi: 1.001 });
  });

  test('say which version measured and which judged, on disk and in every report', () => {
    const path = tellStory(root);
    const run = readRun(path);
    for (const rejudge of [null, { limits: {}, limitsFrom: 'other.yaml', folder: join(root, 'again') }]) {
      const { folder } = deriveInto({ path, rejudge, latestBelow: null, stage: null }, { onProgress: () => undefined, onScenario: () => undefined });
      const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
      expect(JSON.parse(read('verdicts.json'))).toMatchObject({ tool: run.description.tool, derivedBy: toolVersion() });
      expect(read('summary.md')).toContain(`| Tool | ${run.description.tool} (measured), ${toolVersion()} (judged) |`);
      for (const property of [`name="tool" value="${run.description.tool}"`, `name="derivedBy" value="${toolVersion()}"`]) expect(read('junit.xml')).toContain(`<property ${property}`);
    }
  });

  test('other limits judge the same figures', () => {
    const run = readRun(tellStory(root));
    const derivation = derive(run, { limits: { 'node-failure': { outage: 60_000 } }, limitsFrom: 'loose.yaml' });
    expect(derivation).toMatchObject({ limitsFrom: "environments/synthetic.yaml, the run's own; loose.yaml", rejudgedBy: 'loose.yaml' });
    const failure = scenarioOf(derivation.verdicts, 'node-failure.web.r1');
    expect(failure.verdict).toBe('pass');
    expect(failure.measurements.map(({ lo, hi }) => [lo, hi])).toEqual(scenarioOf(deriveVerdicts(run), 'node-failure.web.r1').measurements.map(({ lo, hi }) => [lo, hi]));
  });

  test('what a file for judging again does not name keeps the limit that the run had, and each is told with who set it', () => {
    const run = beginSynthetic(root, { limits: { 'node-failure': { outage: 20_000 } }, defaultLimits: { 'node-failure': { outage: 360_000, lost: 5000 } } });
    tellNodeFailure(run, 10, 'node-failure.web.r1', { backMs: 30_000 });
    tellEnd(run, 50_000);
    const record = readRun(run.writer.folder);
    const again = derive(record, { limits: { 'live-migration': { outage: 500 } }, limitsFrom: 'strict.yaml' });
    for (const { verdicts } of [derive(record), again]) expect(scenarioOf(verdicts, 'node-failure.web.r1')).toMatchObject({ verdict: 'fail', reason: expect.stringMatching(/^Outage 29.*, limit 20 s\.$/) as string });
    const { scenarios } = again.verdicts;
    expect(scenarios[0]?.measurements.map(({ name, limit, limitFrom }) => [name, limit, limitFrom])).toEqual([['outage', 20_000, 'run'], ['lost', 5000, 'default']]);
    expect(again.limitsFrom).toBe("strict.yaml (names no limit of what was run); environments/synthetic.yaml, the run's own; default");
    const told = "outage 20 s (environments/synthetic.yaml, the run's own), lost 5000 (default)";
    expect(renderJunit(again.verdicts, again.limits)).toContain(`<property name="limits" value="${told.replace("'", '&apos;')}"`);
    expect(JSON.stringify(again.scenarios.map((scenario) => messagesOf(again, scenario, [])))).toContain(`Limits of the row: ${told.replace("'", '&#39;')}`);
    const text = renderSummary(again);
    expect(text).toContain("| Limit of node-failure | outage 20 s (environments/synthetic.yaml, the run's own) |");
    expect(text).toContain('| lost |  | 2978 | 5000 (default) |');
    expect(verdictsSchema.parse(JSON.parse(JSON.stringify(again.verdicts)))).toEqual(again.verdicts);
  });

  describe('a run with limits of two files', () => {
    const own = { file: 'environments/synthetic.yaml', limits: { 'node-failure': { outage: 60_000, lost: 2000 } } };
    const begun = (strict: Limits): RunRecord => {
      const limitFiles = [{ file: 'strict.yaml', limits: strict }, own];
      const run = beginSynthetic(root, { limits: mergedLimits(limitFiles), limitsFrom: sayLimitFiles(limitFiles), limitFiles, defaultLimits: { 'node-failure': { 'service-gap': 5000 } } });
      tellNodeFailure(run, 10, 'node-failure.web.r1', { backMs: 30_000 });
      tellEnd(run, 50_000);
      return readRun(run.writer.folder);
    };

    test('each limit is told with the file that set it', () => {
      const derivation = derive(begun({ 'node-failure': { outage: 20_000 } }));
      expect(derivation.limits.map(({ name, limit, from }) => [name, limit, from])).toEqual([['outage', 20_000, 'strict.yaml'], ['lost', 2000, 'environments/synthetic.yaml']]);
      expect(derivation.limitsFrom).toBe('strict.yaml; environments/synthetic.yaml');
      expect(renderSummary(derivation)).toContain('| Limit of node-failure | lost 2000 (environments/synthetic.yaml) |');
      expect(renderJunit(derivation.verdicts, derivation.limits)).toContain('value="outage 20 s (strict.yaml), lost 2000 (environments/synthetic.yaml)"');
    });

    test('a file that names no limit of what was run is told as such', () => {
      expect(derive(begun({ 'live-migration': { outage: 500 } })).limitsFrom).toBe('strict.yaml (names no limit of what was run); environments/synthetic.yaml');
    });

    test('judged again by a third, each still has its own', () => {
      const again = derive(begun({ 'node-failure': { outage: 20_000 } }), { limits: { 'node-failure': { lost: 100 } }, limitsFrom: 'third.yaml' });
      expect(again.limits.map(({ name, limit, from }) => [name, limit, from])).toEqual([['outage', 20_000, "strict.yaml, the run's own"], ['lost', 100, 'third.yaml']]);
    });

    test('a record that does not tell them apart names both', () => {
      const record = begun({ 'node-failure': { outage: 20_000 } });
      const { limitFiles: _, ...description } = record.description;
      const derivation = derive({ ...record, description });
      expect(derivation.limits.map(({ name, limit, from }) => [name, limit, from])).toEqual([['outage', 20_000, 'strict.yaml; else environments/synthetic.yaml'], ['lost', 2000, 'strict.yaml; else environments/synthetic.yaml']]);
    });
  });

  test('a fault that stayed in place does not pass, however good the figures are', () => {
    const run = beginSynthetic(root);
    tellNodeFailure(run, 10, 'node-failure.web.r1', { mended: false });
    tellEnd(run, 60_000);
    expect(deriveVerdicts(readRun(run.writer.folder)).scenarios[0]).toMatchObject({ verdict: 'inconclusive', reason: expect.stringContaining('never reverted') });
  });

  test('a run that was killed is incomplete and passes nothing that had not ended', () => {
    const run = beginSynthetic(root);
    tellHealth(run, 10);
    const open = run.scenario('backup.web.r1', 'backup', 'web');
    open.begin(2000);
    open.at(2500, { kind: 'expectation', title: 'the backup ended OK', ok: true, detail: 'exit status OK' });
    const verdicts = deriveVerdicts(readRun(run.writer.folder));
    expect(verdicts).toMatchObject({ incomplete: true, verdict: 'inconclusive' });
    expect(verdicts.scenarios.map(({ verdict }) => verdict)).toEqual(['pass', 'inconclusive']);
  });
});
