import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRun } from '../record/run-reader.ts';
import { derive } from './derive.ts';
import type { Derivation } from './derive.ts';
import { renderSummary } from './summary.ts';
import { renderTable } from './table.ts';
import { storyVerdicts, tellStory } from './testing/story.ts';

let root = '';
let derivation: Derivation;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'reports-'));
  derivation = derive(readRun(tellStory(root)));
});
afterAll(() => rmSync(root, { recursive: true }));

describe('summary.md', () => {
  test('concludes each scenario in one line and shows the figures, limits and sources below', () => {
    const text = renderSummary(derivation, new Map([['node-failure.web.r1', ['charts/a b.svg']]]));
    expect(text).toMatch(/^# ✘ FAIL: synthetic\n\n2 pass, 2 fail, 1 inconclusive, 1 blocked, 1 not applicable\./);
    for (const id of Object.keys(storyVerdicts)) expect(text).toContain(`| ${id} |`);
    expect(text).toContain('| outage |  | 37.769-37.791 s | 30 s | FAIL | probe web.icmp, made-up, every 10 ms |');
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
    expect(lines.find((line) => line.includes('node-failure.web.r1'))).toMatch(/✘ FAIL +node-failure\.web\.r1 +37\.769-37\.791 s +3778 +54\.0 s +Outage 37\.769-37\.791 s, limit 30 s\./);
    expect(lines.join('\n')).toContain('✘ FAIL  2 pass, 2 fail');
  });

  test('colour changes nothing but colour, and a narrow terminal gets the reasons on lines of their own', () => {
    const plain = renderTable(derivation.verdicts, { color: false, width: 160 });
    const coloured = renderTable(derivation.verdicts, { color: true, width: 160 });
    expect(coloured).not.toBe(plain);
    expect(stripVTControlCharacters(coloured)).toBe(plain);
    expect(renderTable(derivation.verdicts, { color: false, width: 80 })).toContain('\n    Outage 37.769-37.791 s, limit 30 s.\n');
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
