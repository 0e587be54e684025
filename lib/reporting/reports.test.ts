import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRun } from '../record/run-reader.ts';
import { derive } from './derive.ts';
import type { Derivation } from './derive.ts';
import { renderJunit } from './junit.ts';
import { renderSummary } from './summary.ts';
import { renderTable } from './table.ts';
import { storyVerdicts, tellStory } from './testing/story.ts';
import { hostileGuest } from './testing/synthetic-run.ts';

let root = '';
let derivation: Derivation;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'reports-'));
  derivation = derive(readRun(tellStory(root)));
});
afterAll(() => rmSync(root, { recursive: true }));

interface JunitCase {
  '@_name': string;
  failure?: { '@_message': string };
  error?: { '@_message': string };
  skipped?: { '@_message': string };
  properties: { property: { '@_name': string; '@_value': string }[] };
}

describe('junit.xml', () => {
  const parse = (): { '@_tests': string; '@_failures': string; '@_errors': string; '@_skipped': string; testsuite: { testcase: JunitCase[]; properties: { property: { '@_name': string; '@_value': string }[] } }[] } => {
    const xml = renderJunit(derivation.verdicts);
    expect(XMLValidator.validate(xml)).toBe(true);
    return (new XMLParser({ ignoreAttributes: false, isArray: (name) => ['testsuite', 'testcase', 'property'].includes(name) }).parse(xml) as { testsuites: ReturnType<typeof parse> }).testsuites;
  };

  test('counts a fail as failure, inconclusive as error, blocked and not-applicable as skipped', () => {
    expect(parse()).toMatchObject({ '@_tests': '7', '@_failures': '2', '@_errors': '1', '@_skipped': '2' });
  });

  test('has every scenario with its reason where its verdict is not pass', () => {
    const cases = new Map(parse().testsuite.flatMap(({ testcase }) => testcase).map((one) => [one['@_name'], one]));
    expect([...cases.keys()].toSorted()).toEqual(Object.keys(storyVerdicts).toSorted());
    expect(cases.get('node-failure.web.r1')?.failure?.['@_message']).toBe('fail: Outage 37.77-37.79 s, limit 30 s.');
    expect(cases.get('live-migration.dns.r1')?.error?.['@_message']).toContain('cannot tell');
    expect(cases.get('backup.web.r1')?.skipped?.['@_message']).toBe('blocked: The cluster is not whole, so nothing was injected: osd.2 is down.');
    expect(cases.get('container-migration.ct.r1')?.skipped?.['@_message']).toBe('not-applicable: The platform lacks containers.');
    expect(cases.get('live-migration.web.r1')).not.toHaveProperty('failure');
    expect(cases.get('live-migration.rm-rf-script-alert-1-script-.r1')?.properties.property).toContainEqual({ '@_name': 'guest', '@_value': hostileGuest });
  });

  test('says what the run was', () => {
    expect(parse().testsuite[0]?.properties.property).toContainEqual({ '@_name': 'simulated', '@_value': 'true' });
  });
});

describe('summary.md', () => {
  test('concludes each scenario in one line and shows the figures, limits and sources below', () => {
    const text = renderSummary(derivation, new Map([['node-failure.web.r1', ['charts/a b.svg']]]));
    expect(text).toMatch(/^# ✘ FAIL: synthetic\n\n2 pass, 2 fail, 1 inconclusive, 1 blocked, 1 not applicable\./);
    for (const id of Object.keys(storyVerdicts)) expect(text).toContain(`| ${id} |`);
    expect(text).toContain('| outage |  | 37.77-37.79 s | 30 s | FAIL | probe web.icmp, made-up, every 10 ms |');
    expect(text).toContain('| fenced | 5900-6400 ms |');
    expect(text).toContain('![Timeline](charts/a%20b.svg)');
    expect(text).toContain('simulated cluster');
    expect(text).toContain(`ha-acceptance report synthetic/${derivation.run.description.run}`);
  });

  test('shows a hostile name as text', () => {
    const text = renderSummary(derivation);
    expect(text).not.toContain('<script');
    expect(text).toContain('rm -rf / #&lt;script&gt;alert(1)&lt;/script&gt;');
  });
});

describe('the table for the terminal', () => {
  test('has a line for each scenario with verdict, figures and reason, none wider than the terminal', () => {
    const lines = renderTable(derivation.verdicts, { color: false, width: 160 }).split('\n');
    for (const [id, verdict] of Object.entries(storyVerdicts)) {
      const line = lines.find((candidate) => candidate.includes(` ${id} `));
      expect(line?.toLowerCase()).toContain(verdict.replace('-', ' '));
      expect(line?.length).toBeLessThanOrEqual(160);
    }
    expect(lines.find((line) => line.includes('node-failure.web.r1'))).toMatch(/✘ FAIL +node-failure\.web\.r1 +37\.77-37\.79 s +3778 +54\.0 s +Outage 37\.77-37\.79 s, limit 30 s\./);
    expect(lines.join('\n')).toContain('✘ FAIL  2 pass, 2 fail');
  });

  test('colour changes nothing but colour, and a narrow terminal gets the reasons on lines of their own', () => {
    const plain = renderTable(derivation.verdicts, { color: false, width: 160 });
    const coloured = renderTable(derivation.verdicts, { color: true, width: 160 });
    expect(coloured).not.toBe(plain);
    expect(stripVTControlCharacters(coloured)).toBe(plain);
    expect(renderTable(derivation.verdicts, { color: false, width: 80 })).toContain('\n    Outage 37.77-37.79 s, limit 30 s.\n');
  });

  test('warns when nothing applied', () => {
    const scenarios = derivation.verdicts.scenarios.filter(({ verdict }) => verdict === 'not-applicable');
    expect(renderTable({ ...derivation.verdicts, verdict: 'not-applicable', scenarios }, { color: false, width: 160 })).toContain('nothing was validated');
  });

  test('a reason with escape sequences does nothing to the terminal', () => {
    const scenarios = derivation.verdicts.scenarios.map((scenario) => ({ ...scenario, reason: '\u001B]0;owned\u0007\u001B[2J' }));
    expect(renderTable({ ...derivation.verdicts, scenarios }, { color: false, width: 160 })).not.toContain('\u001B');
  });
});
