import { expect, test } from 'vitest';
import { renderResults } from './results.ts';

const caught = { row: 'node-failure', what: 'fencing device is broken', problems: [], seconds: 92, caught: ['node-failure.web.r1: fail'] };

test('the table has a line for each case in the order of the rows, and counts what was as it must be', () => {
  const table = renderResults([caught, { ...caught, row: 'backup', what: 'archive is lost' }]);
  expect(table.split('\n').filter((line) => line.startsWith('| `')).map((line) => line.split(' | ')[0])).toEqual(['| `backup`', '| `node-failure`']);
  expect(table).toContain('**2 as they must be**');
});

test('a case that slipped through is marked and told below the table', () => {
  const table = renderResults([caught, { ...caught, what: 'guest lies', problems: ['node-failure.web.r1 is pass'] }]);
  expect(table).toContain('**NOT**');
  expect(table).toContain('**1 as they must be**');
  expect(table).toMatch(/\n- node-failure, guest lies: node-failure\.web\.r1 is pass\n/);
});
