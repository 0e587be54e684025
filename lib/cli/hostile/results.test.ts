import { expect, test } from 'vitest';
import { crashCases, pathCases } from './cases.ts';
import { victims } from './crash-states.ts';
import { renderFound } from './results.ts';

test('every process dies in every kind of state, and no two cases are the same', () => {
  const names = [...crashCases, ...pathCases].map((labCase) => JSON.stringify(labCase));
  expect(new Set(names).size).toBe(names.length);
  const states = new Set(crashCases.map(({ row, state }) => `${row} ${state}`));
  expect(crashCases).toHaveLength(states.size * victims.length);
});

test('the tables count cases by state, tell what each run said, and name everything that is not as it must be', () => {
  const crash = { row: 'backup', state: 'under way' } as const;
  const text = renderFound([
    { labCase: { ...crash, victim: 'child' }, outcome: { problems: [], said: 'exit code 70' } },
    { labCase: { ...crash, victim: 'both' }, outcome: { problems: ['open in the state folder: an archive'], said: 'ended by SIGKILL' } },
    { labCase: { what: 'ssh, hang' }, outcome: { problems: [], said: '2; a: inconclusive' } },
  ]);
  expect(text).toContain('| `backup` | under way | child, both | 2 | 1 |');
  expect(text).toContain('| **all** | | | **2** | **1** |');
  expect(text).toContain('| ssh, hang | 2; a: inconclusive | whole |');
  expect(text).toContain('"victim":"both"}: open in the state folder: an archive');
});
