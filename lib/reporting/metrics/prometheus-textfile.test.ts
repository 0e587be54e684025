import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { hostileGuest } from '../testing/synthetic-run.ts';
import { judgedRun, judgedScenario } from '../testing/judged.ts';
import { renderPrometheus, writePrometheusTextfile } from './prometheus-textfile.ts';

/** A line of the text format 0.0.4: comment, or name, labels with escaped values, value, and no timestamp. */
const line = /^(?:# (?:HELP|TYPE|UNIT) .*|[a-zA-Z_:][\w:]*\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\\\|\\n|\\")*",?)*\} (?:[-+]?[\d.]+(?:e[-+]?\d+)?|\+Inf))$/;

test('every line is of the text format, whatever the names are', async () => {
  const scenario = judgedScenario([100, 200], { guest: 'a"b\\c\nd' }, { hi: null });
  const text = await renderPrometheus(judgedRun('prod-a', 1, [scenario, judgedScenario([50], { guest: hostileGuest })]));
  const wrong = text.trimEnd().split('\n').filter((written) => !line.test(written));
  expect(wrong).toEqual([]);
  expect(text).toContain('guest="a\\"b\\\\c\\nd"');
  expect(text).toMatch(/bound="upper"\} \+Inf\n/);
  expect('ha_acceptance_x{a="b"} 1 1795254963').not.toMatch(line);
});

test('no series occurs twice: the textfile collector refuses the whole file then', async () => {
  const series = (await renderPrometheus(judgedRun('prod-a', 1, [judgedScenario([100, 200, 300])]))).split('\n').filter((written) => written.includes('{')).map((written) => written.slice(0, written.lastIndexOf(' ')));
  expect(new Set(series).size).toBe(series.length);
  expect(series.length).toBeGreaterThan(15);
});

test('a newer run of an environment takes the place of the older one, and those of others stay', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'textfile-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const run of [judgedRun('prod-a', 1, []), judgedRun('prod-b', 1, []), judgedRun('prod-a', 2, [])]) await writePrometheusTextfile(run, folder);
  expect(readdirSync(folder)).toEqual(['ha-acceptance-prod-a.prom', 'ha-acceptance-prod-b.prom']);
  expect(readFileSync(join(folder, 'ha-acceptance-prod-a.prom'), 'utf8')).toContain(judgedRun('prod-a', 2, []).verdicts.run);
});
