import { expect, test } from 'vitest';
import { sayCounts, sayDuration, sayTool } from './words.ts';

test.each([[null, '-'], [0, '0 ms'], [999.4, '999 ms'], [1000, '1.0 s'], [59_940, '59.9 s'], [60_000, '1 min 00 s'], [185_400, '3 min 05 s']])('%j ms is %s', (ms, text) => {
  expect(sayDuration(ms)).toBe(text);
});

test('verdicts are counted, those that did not occur are not mentioned', () => {
  expect(sayCounts([{ verdict: 'pass' }, { verdict: 'fail' }, { verdict: 'pass' }])).toBe('2 pass, 1 fail');
  expect(sayCounts([])).toBe('no scenario');
});

test.each([
  [{ tool: 'ha-acceptance 0.1.0', derivedBy: 'ha-acceptance 0.1.0' }, 'ha-acceptance 0.1.0 (measured and judged)'],
  [{ tool: 'ha-acceptance 0.1.0', derivedBy: 'ha-acceptance 0.2.0' }, 'ha-acceptance 0.1.0 (measured), ha-acceptance 0.2.0 (judged)'],
  [{ tool: 'ha-acceptance 0.1.0' }, 'ha-acceptance 0.1.0 (measured; which version judged is not recorded)'],
])('%j is "%s"', (by, text) => {
  expect(sayTool(by)).toBe(text);
});
