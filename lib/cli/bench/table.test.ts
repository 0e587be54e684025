import { expect, test } from 'vitest';
import { aimsTable, markdown, round } from './table.ts';

test.each([[0.0283, '0.028'], [2.9512, '2.95'], [31.26, '31.3'], [1395.2, '1395'], [0, '0'], [null, '-'], [Number.NaN, '-']])('%s is written %s', (value, text) => {
  expect(round(value)).toBe(text);
});

test('a table is Markdown with aligned columns', () => {
  expect(markdown(['a', 'longer'], [['1', '2'], ['three', '']])).toBe('| a     | longer |\n| ----- | ------ |\n| 1     | 2      |\n| three |        |\n');
});

test('an aim that was not measured is not met', () => {
  const [, , ...lines] = aimsTable([{ what: 'a', aim: '< 1', measured: '0.5', met: true }, { what: 'b', aim: '< 1', measured: '2', met: false }, { what: 'c', aim: '< 1', measured: null, met: true }]).trim().split('\n');
  expect(lines.map((line) => line.split('|').at(-2)?.trim())).toEqual(['yes', 'NO', '-']);
});
