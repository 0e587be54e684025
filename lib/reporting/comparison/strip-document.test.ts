import { mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { XMLValidator } from 'fast-xml-parser';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chartsOf, documentHtml, documentMarkdown } from '../document.ts';
import type { Block } from '../document.ts';
import { readJudgedRun } from '../judged-run.ts';
import type { JudgedRun } from '../judged-run.ts';
import { judgedRun, judgedScenario, madeUpOptions } from '../testing/judged.ts';
import { tellEnd, tellMigration, tellNodeFailure } from '../testing/story.ts';
import { beginSynthetic } from '../testing/synthetic-run.ts';
import { compare } from './compare.ts';
import { comparisonDocument } from './comparison-document.ts';
import { sidesOf } from './side.ts';
import { lossStripBlocks } from './strip-document.ts';

let root = '';
const recorded = new Map<string, JudgedRun[]>();
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'strip-document-'));
  for (const environment of ['pve', 'hyperv']) {
    recorded.set(environment, [1500, 1800].map((backMs) => {
      const run = beginSynthetic(root, { environment, limits: {} });
      tellNodeFailure(run, 10, 'node-failure.web.r1', { backMs });
      tellMigration(run, 30_000, 'live-migration.web.r1', 'web');
      tellEnd(run, 50_000);
      return readJudgedRun(run.writer.folder);
    }));
  }
});
afterAll(() => rmSync(root, { recursive: true }));

const runsOf = (environment: string): JudgedRun[] => recorded.get(environment) ?? [];
function strips(runs: readonly JudgedRun[]): { blocks: Block[]; svgs: string[] } {
  const sides = sidesOf(runs, []);
  const blocks = lossStripBlocks(compare(sides, madeUpOptions), sides);
  return { blocks, svgs: chartsOf({ title: '', blocks }).map(({ svg }) => svg) };
}
const described = (svg: string | undefined): string => /<desc[^>]*>([^<]*)</.exec(svg ?? '')?.[1] ?? '';
/** Runs of which nothing is on disk but their figures. */
const figuresOnly = (environment: string, truths: readonly number[]): JudgedRun[] => truths.map((truth, number) => judgedRun(environment, number, [judgedScenario([truth])], { simulated: true }));

describe('the strips of a comparison', () => {
  test('are a chart for each outage that both sides have, which says what a strip is, how often was sampled, and what was lost', () => {
    const { svgs } = strips([...runsOf('pve'), ...runsOf('hyperv')]);
    expect(svgs).toHaveLength(2);
    for (const svg of svgs) expect(XMLValidator.validate(svg)).toBe(true);
    expect(svgs[0]).toContain('<title id="chart-title">Loss strips, node-failure of web (worker): outage by icmp</title>');
    expect(described(svgs[0])).toBe('a strip a run; sampled every 10 ms; late: after 100 ms, lost: no answer within 10 s; pve: 2 strips, of 730 probes 286 lost, 0 late; hyperv: 2 strips, of 730 probes 286 lost, 0 late');
    expect(described(svgs[1])).toMatch(/^a strip a move, each with its own 0; .*pve: 4 strips, of 1800 probes 16 lost, 30 late;/);
  });

  test('name the run, and the scenario and the move where one run has several', () => {
    const [failures = '', moves = ''] = strips([...runsOf('pve'), ...runsOf('hyperv')]).svgs;
    for (const run of [...runsOf('pve'), ...runsOf('hyperv')]) for (const svg of [failures, moves]) expect(svg).toContain(`>${run.description.environment}/${run.description.run}<`);
    expect(failures).not.toContain('>node-failure.web.r1<');
    for (const move of ['n1 to n2', 'n2 to n1']) expect(moves).toContain(`>live-migration.web.r1, ${move}<`);
  });

  test('stand in the document, stamped where the clusters are simulated, as HTML and as Markdown', () => {
    const sides = sidesOf([...runsOf('pve'), ...runsOf('hyperv')], []);
    const comparison = compare(sides, madeUpOptions);
    const document = comparisonDocument(comparison, lossStripBlocks(comparison, sides));
    for (const { svg } of chartsOf(document)) expect(svg).toContain('>simulated cluster<');
    expect(documentHtml(document).match(/<title id="chart-title-\d+">Loss strips, /g)).toHaveLength(2);
    expect(documentMarkdown(document)).toMatch(/^!\[Loss strips.*\]\(charts\/strips\.001\.node-failure-of-web-worker-outage-by-icmp\.svg\)$/m);
  });

  test('a scenario without a figure, and a run whose record is gone, have a line with the reason', () => {
    const blocked = judgedRun('pve', 9, [judgedScenario([], { variant: null, verdict: 'blocked', reason: 'osd.2 is down.' })], { simulated: true });
    const gone = figuresOnly('hyperv', [1000]).map((run) => ({ ...run, verdicts: { ...run.verdicts, scenarios: run.verdicts.scenarios.map((scenario) => ({ ...scenario, variant: null })) } }));
    const [svg = ''] = strips([...runsOf('pve'), blocked, ...runsOf('hyperv'), ...gone]).svgs;
    expect(svg).toContain('>no strip: no figure, blocked: osd.2 is down.<');
    expect(svg).toMatch(/>no strip: its record cannot be read: [^<]*</);
    expect(described(svg)).toContain('pve: 2 strips, ');
  });

  test('what a recording that was cut off lacks is told with the reason', () => {
    const run = beginSynthetic(root, { environment: 'hyperv', limits: {} });
    tellNodeFailure(run, 10, 'node-failure.web.r1', { backMs: 1500 });
    tellEnd(run, 50_000);
    const file = join(run.writer.folder, 'samples', 'node-failure.web.r1', 'web.icmp.samples');
    truncateSync(file, Math.round(readFileSync(file).length / 4));
    const [svg = ''] = strips([...runsOf('pve'), readJudgedRun(run.writer.folder)]).svgs;
    expect(described(svg)).toMatch(/hyperv: 1 strip, .*, samples missing in 1 \(the recording was cut off\)$/);
  });

  test('where no record holds samples, a sentence says so and nothing is drawn', () => {
    const { blocks, svgs } = strips([...figuresOnly('pve', [1000]), ...figuresOnly('hyperv', [2000])]);
    expect(svgs).toEqual([]);
    expect(blocks.at(-1)).toEqual({ text: expect.stringMatching(/^No strips of node-failure of web \(worker\): outage by icmp: its record cannot be read: /) });
  });

  test('of too many runs those with the longest outages are drawn, and how many are not is said', () => {
    const [first] = runsOf('pve');
    const scenario = first?.verdicts.scenarios.find(({ row }) => row === 'node-failure');
    if (first === undefined || scenario === undefined) throw new Error('nothing was recorded');
    const longer = Array.from({ length: 31 }, (_, number) => judgedRun('pve', number, [{ ...scenario, measurements: scenario.measurements.map((measurement) => ({ ...measurement, lo: 60_000, hi: number === 30 ? null : 60_000 })) }], { simulated: true }));
    const blocked = judgedRun('pve', 40, [{ ...scenario, measurements: [], verdict: 'blocked', reason: 'osd.2 is down.' }], { simulated: true });
    const [svg = ''] = strips([first, ...longer, blocked, ...runsOf('hyperv')]).svgs;
    expect(described(svg)).toContain('pve: 3 of 33 are not drawn: 2 with the shortest outages, 1 without a figure');
    expect(svg.match(/>no strip: /g)).toHaveLength(30);
    expect(svg).not.toContain(`>pve/${first.description.run}<`);
    expect(svg).toContain(`>pve/${longer[30]?.description.run ?? ''}<`);
    expect(svg).not.toContain(`>${scenario.id}<`);
    const repeated = judgedRun('pve', 50, [{ ...scenario, id: 'node-failure.web.r2', measurements: longer[30]?.verdicts.scenarios[0]?.measurements ?? [] }, { ...scenario, id: 'node-failure.web.r3' }], { simulated: true });
    const drawn = strips([first, ...longer, repeated, ...runsOf('hyperv')]).svgs[0] ?? '';
    expect(drawn).toContain('>node-failure.web.r2<');
    expect(drawn).not.toContain('>node-failure.web.r3<');
  });

  test('each leg of a scenario is a strip from the command of its own fault on', () => {
    const runs = ['pve', 'hyperv'].map((environment) => {
      const run = beginSynthetic(root, { environment, limits: {} });
      const scenario = run.scenario('node-shutdown.web.r1', 'node-shutdown', 'web');
      scenario.begin(10);
      scenario.probe('web.icmp', [20, 21_000], (ms) => ((ms >= 5500 && ms < 6500) || (ms >= 15_500 && ms < 17_500) ? null : 0.3));
      for (const [node, other, atMs] of [['n1', 'n2', 5000], ['n2', 'n1', 15_000]] as const) {
        const target = { node, role: null, disk: null };
        scenario.at(atMs, { kind: 'fault-injecting', fault: 'node-shutdown', target, journal: 'j' });
        scenario.at(atMs + 100, { kind: 'fault-injected', fault: 'node-shutdown', target });
        scenario.at(atMs + 4000, { kind: 'window', probe: 'web.icmp', measures: 'outage', fromNode: node, toNode: other, start: (atMs + 1) * 1e6, end: (atMs + 4000) * 1e6 });
      }
      scenario.at(21_000, { kind: 'scenario-ended', outcome: 'completed', reason: null, missingCapability: null });
      tellEnd(run, 22_000);
      return readJudgedRun(run.writer.folder);
    });
    const [svg = ''] = strips(runs).svgs;
    expect(described(svg)).toMatch(/^a strip a leg, each with the command of its own fault as 0; .*pve: 2 strips, of 798 probes 300 lost/);
    for (const leg of ['n1 to n2', 'n2 to n1']) expect(svg).toContain(`>node-shutdown.web.r1, ${leg}<`);
    const lost = [...svg.slice(svg.lastIndexOf('<svg')).matchAll(/<path d="M([\d.]+) [^"]*" fill="#a10020"/g)].map(([, left]) => left);
    expect(lost).toHaveLength(4);
    expect(new Set(lost).size).toBe(1);
  });

  test('strips whose moment 0 is another one are not put among the others', () => {
    const markless = beginSynthetic(root, { environment: 'hyperv', limits: {} });
    const scenario = markless.scenario('live-migration.web.r1', 'live-migration', 'web');
    scenario.begin(10);
    scenario.probe('web.icmp', [20, 8000], () => 0.3);
    for (const [fromNode, toNode, start] of [['n1', 'n2', 1000], ['n2', 'n1', 4000]] as const) scenario.at(7000 + start / 10, { kind: 'window', probe: 'web.icmp', measures: 'outage', fromNode, toNode, start: start * 1e6, end: (start + 2000) * 1e6 });
    scenario.at(8000, { kind: 'scenario-ended', outcome: 'completed', reason: null, missingCapability: null });
    tellEnd(markless, 9000);
    const svg = strips([...runsOf('pve'), readJudgedRun(markless.writer.folder)]).svgs[0] ?? '';
    expect(svg.match(/>no strip: its record does not tell when the move was commanded</g)).toHaveLength(2);
    expect(svg).toContain('>seconds since the move was commanded');
  });
});
