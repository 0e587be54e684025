import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { array, assert, constant, double, oneof, property, record } from 'fast-check';
import { XMLValidator } from 'fast-xml-parser';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { factsOf } from '../../judgement/testing.ts';
import { makeSeries } from '../../measurement/testing.ts';
import { readRun } from '../../record/run-reader.ts';
import { derive } from '../derive.ts';
import { readSeries } from '../series.ts';
import { tellStory } from '../testing/story.ts';
import { hostileGuest } from '../testing/synthetic-run.ts';
import { scenarioCharts } from './scenario-charts.ts';
import type { Chart } from './scenario-charts.ts';
import { renderTimeline } from './timeline.ts';
import { timelineData } from './timeline-data.ts';

let root = '';
let charts = new Map<string, Chart[]>();
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'charts-'));
  const { run, scenarios } = derive(readRun(tellStory(root)));
  charts = new Map(scenarios.map((scenario) => [scenario.facts.id, scenarioCharts(scenario, readSeries(run, scenario.facts), null)]));
});
afterAll(() => rmSync(root, { recursive: true }));

describe('what a timeline shows', () => {
  test('every lost and every late probe is in it, however long the recording', () => {
    const probe = record({ rttMs: oneof({ weight: 8, arbitrary: double({ min: 0.2, max: 2, noNaN: true }) }, { weight: 1, arbitrary: constant(null) }, { weight: 1, arbitrary: constant(250) }) });
    assert(property(array(probe, { minLength: 1, maxLength: 3000 }), (probes) => {
      const data = timelineData(factsOf([]), makeSeries(probes.map(({ rttMs }, index) => ({ atMs: index * 10, rttMs }))), 100);
      const lost = probes.filter(({ rttMs }) => rttMs === null).length;
      expect(data.lost.reduce((sum, { count }) => sum + count, 0)).toBe(lost);
      expect(data.late).toHaveLength(probes.filter(({ rttMs }) => rttMs === 250).length);
      expect(data.counts).toEqual({ sent: probes.length, lost, late: data.late.length });
      for (const { x1, x2 } of data.lost) expect(x1).toBeLessThan(x2);
    }), { numRuns: 30 });
  });

  test('round trips are gathered, and their extremes kept', () => {
    const series = makeSeries(Array.from({ length: 60_000 }, (_, index) => ({ atMs: index * 10, rttMs: index === 31_415 ? 88 : 0.3 })));
    const { rtt } = timelineData(factsOf([]), series, 100);
    expect(rtt.length).toBeLessThan(900);
    expect(Math.max(...rtt.map(({ hi }) => hi ?? 0))).toBeCloseTo(88, 6);
  });

  test('the line is interrupted where answers are missing', () => {
    const { rtt } = timelineData(factsOf([]), makeSeries(Array.from({ length: 100 }, (_, index) => ({ atMs: index * 10, rttMs: index >= 40 && index < 60 ? null : 0.3 }))), 100);
    expect(rtt.some(({ x, mid }) => x > 0.39 && x < 0.61 && mid === null)).toBe(true);
  });
});

describe('the charts of a scenario', () => {
  test("begin with its own guest's network, then its services, then other guests", () => {
    const { run, scenarios } = derive(readRun(tellStory(join(root, 'order'))));
    const scenario = scenarios.find(({ facts }) => facts.id === 'node-failure.web.r1');
    const [own] = scenario === undefined ? [] : [...readSeries(run, scenario.facts).values()];
    if (scenario === undefined || own === undefined) throw new Error('the story has no power loss with a probe');
    const as = (probe: string, guest: string, probeKind: 'icmp' | 'http'): [string, typeof own] => [probe, { ...own, started: { ...own.started, probe, guest, probeKind } }];
    const facts = { ...scenario.facts, windows: ['dns.icmp', 'web.http', 'web.icmp'].flatMap((probe) => scenario.facts.windows.slice(0, 1).map((window) => ({ ...window, probe }))) };
    const drawn = scenarioCharts({ ...scenario, facts }, new Map([as('dns.icmp', 'dns', 'icmp'), as('web.http', 'web', 'http'), as('web.icmp', 'web', 'icmp')]), null);
    expect(drawn.map(({ name }) => name).filter((name) => !name.endsWith('phases.svg'))).toEqual(['node-failure.web.r1.web.icmp.svg', 'node-failure.web.r1.web.http.svg', 'node-failure.web.r1.dns.icmp.svg']);
  });
});

describe('a drawn timeline', () => {
  test('says what was probed, how often and what was lost, as text that a screen reader finds', () => {
    const chart = charts.get('node-failure.web.r1')?.find(({ name }) => name.endsWith('.icmp.svg'));
    expect(chart?.name).toBe('node-failure.web.r1.web.icmp.svg');
    expect(XMLValidator.validate(chart?.svg ?? '')).toBe(true);
    expect(chart?.svg).toContain('<title id="chart-title">node-failure.web.r1: round trips of web.icmp</title>');
    expect(chart?.svg).toMatch(/a probe every 10 ms; 5390 sent, 3778 lost \(no answer within 10 s\), 0 late \(after 100 ms\)/);
    for (const label of ['node-power on n2', 'detected 5.20 s', 'fenced 6.40 s', 'serving 38.9 s', 'round trip, ms', 'seconds since the fault was injected', 'lost', 'blind']) expect(chart?.svg).toContain(`>${label}<`);
  });

  test('is made for each probe that was measured by, and none for a scenario without samples', () => {
    expect(charts.get('live-migration.web.r1')).toHaveLength(1);
    expect(charts.get('cluster-health.cluster.r1')).toEqual([]);
  });

  test('shows a hostile name as text', () => {
    const data = timelineData(factsOf([{ kind: 'mark', scenario: 'x', title: hostileGuest }]), makeSeries([{ atMs: 0 }, { atMs: 10 }]), 100);
    const svg = renderTimeline({ ...data, marks: [{ x: 0, title: `${hostileGuest}\u00A0\u0007` }] }, { title: hostileGuest, description: hostileGuest });
    expect(XMLValidator.validate(svg)).toBe(true);
    expect(svg).not.toContain('<script');
    expect(svg).toContain('rm -rf / #&lt;script&gt;alert(1)&lt;/script&gt;');
  });

  test('a recording without any answer is drawn as well', () => {
    const data = timelineData(factsOf([]), makeSeries([{ atMs: 0, rttMs: null }, { atMs: 10, rttMs: null }]), 100);
    expect(XMLValidator.validate(renderTimeline(data, { title: 'a', description: 'b' }))).toBe(true);
  });
});
