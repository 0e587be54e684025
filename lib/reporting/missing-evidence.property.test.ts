import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, boolean, integer, property, record, subarray } from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRun } from '../record/run-reader.ts';
import type { RunEvent, Verdict } from '../record/types.ts';
import { deriveVerdicts } from './derive.ts';
import { tellEnd, tellHealth, tellMigration, tellNodeFailure } from './testing/story.ts';
import { beginSynthetic } from './testing/synthetic-run.ts';

let root = '';
let folder = '';
let lines: string[] = [];
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'missing-'));
  const run = beginSynthetic(root);
  tellHealth(run, 10);
  tellMigration(run, 2000, 'live-migration.web.r1', 'web');
  tellNodeFailure(run, 20_000, 'node-failure.web.r1', { backMs: 8000 });
  tellEnd(run, 100_000);
  folder = run.writer.folder;
  lines = readFileSync(join(folder, 'events.jsonl'), 'utf8').trimEnd().split('\n');
});
afterAll(() => rmSync(root, { recursive: true }));

/** The verdicts when only these lines are left. */
function judge(left: readonly string[]): { overall: Verdict; scenarios: Map<string, Verdict> } {
  writeFileSync(join(folder, 'events.jsonl'), `${left.join('\n')}\n`);
  const { verdict, scenarios } = deriveVerdicts(readRun(folder));
  return { overall: verdict, scenarios: new Map(scenarios.map((scenario) => [scenario.id, scenario.verdict])) };
}

function parse(line: string): RunEvent {
  return JSON.parse(line) as RunEvent;
}

/** A line as a writer that does not number its events would have left it. */
function withoutNumber(line: string): string {
  return JSON.stringify({ ...parse(line), by: undefined, n: undefined });
}

/** Events that say nothing about whether the scenario did what it must. */
const narration = new Set(['progress', 'mark', 'note', 'evidence', 'phase', 'step-started', 'step-ended', 'probe-stopped', 'baseline', 'target', 'scenario-planned', 'redundancy']);

describe('missing evidence', () => {
  test('the whole record passes', () => {
    expect(judge(lines)).toEqual({ overall: 'pass', scenarios: new Map([['cluster-health.cluster.r1', 'pass'], ['live-migration.web.r1', 'pass'], ['node-failure.web.r1', 'pass']]) });
  });

  test('whichever lines are taken out: the run does not pass, nor does a scenario that lost a line of its own', () => {
    const indices = lines.map((_, index) => index);
    assert(property(subarray(indices, { minLength: 1 }), (taken) => {
      const { overall, scenarios } = judge(lines.filter((_, index) => !taken.includes(index)));
      expect(overall).not.toBe('pass');
      const robbed = taken.map((index) => parse(lines[index] ?? '')).filter(({ kind }) => kind !== 'scenario-planned');
      expect(robbed.filter(({ scenario }) => scenario !== null && scenarios.get(scenario) === 'pass')).toEqual([]);
    }), { numRuns: 60 });
  });

  test('even when events are not numbered: without its limits’ windows, its probe, its end or its undo nothing passes', () => {
    const needed = ['window', 'probe-started', 'scenario-started', 'scenario-ended', 'fault-reverted'];
    const passed = needed.flatMap((kind) => ['live-migration.web.r1', 'node-failure.web.r1'].flatMap((scenario) => {
      const left = lines.filter((line) => !(parse(line).kind === kind && parse(line).scenario === scenario));
      return left.length < lines.length && judge(left.map(withoutNumber)).scenarios.get(scenario) === 'pass' ? [`${scenario} without ${kind}`] : [];
    }));
    expect(passed).toEqual([]);
  });

  test('even when events are not numbered: a scenario left with narration alone does not pass', () => {
    const left = lines.filter((line) => narration.has(parse(line).kind) || ['scenario-started', 'scenario-ended', 'run-ended'].includes(parse(line).kind));
    for (const verdict of judge(left.map(withoutNumber)).scenarios.values()) expect(verdict).toBe('inconclusive');
  });

  test('a failing scenario never passes, whatever else is taken out', () => {
    const failing = lines.map((line) => (parse(line).kind === 'expectation' ? line.replace('"ok":true', '"ok":false') : line));
    const others = failing.map((_, index) => index).filter((index) => parse(failing[index] ?? '').kind !== 'expectation');
    assert(property(subarray(others, { minLength: 1 }), (taken) => {
      for (const verdict of judge(failing.filter((_, index) => !taken.includes(index))).scenarios.values()) expect(verdict).toBe('fail');
    }), { numRuns: 30 });
  });

  test('a record cut off at any byte passes no scenario that had not ended before', () => {
    const whole = `${lines.join('\n')}\n`;
    assert(property(integer({ min: 0, max: whole.length - 2 }), (length) => {
      writeFileSync(join(folder, 'events.jsonl'), whole.slice(0, length));
      const { verdict, scenarios } = deriveVerdicts(readRun(folder));
      expect(verdict).not.toBe('pass');
      for (const scenario of scenarios) {
        if (scenario.verdict === 'pass') expect(whole.slice(0, length)).toMatch(new RegExp(`"kind":"scenario-ended","outcome":"completed"[^\\n]*"scenario":"${scenario.id}"`));
      }
    }), { numRuns: 60 });
  });

  test('samples cut off before the end of the window never pass below the time that is missing', () => {
    const file = join(folder, 'samples', 'node-failure.web.r1', 'web.icmp.samples');
    const bytes = readFileSync(file);
    const headerEnd = bytes.indexOf(0x0a) + 1;
    writeFileSync(join(folder, 'events.jsonl'), `${lines.join('\n')}\n`);
    assert(property(record({ keep: integer({ min: 0, max: bytes.length - headerEnd - 1 }), zeros: boolean() }), ({ keep, zeros }) => {
      writeFileSync(file, zeros ? Buffer.concat([bytes.subarray(0, headerEnd + keep), Buffer.alloc(100)]) : bytes);
      if (!zeros) truncateSync(file, headerEnd + keep);
      const run = readRun(folder);
      const failure = deriveVerdicts(run, { limits: { 'node-failure': { outage: 100 } }, limitsFrom: 'strict' }).scenarios.find(({ id }) => id === 'node-failure.web.r1');
      expect(failure?.verdict).not.toBe('pass');
    }), { numRuns: 40 });
    writeFileSync(file, bytes);
  });
});
