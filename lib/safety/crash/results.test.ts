import { expect, test } from 'vitest';
import { openTallies } from './enumeration.ts';
import { renderTallies } from './results.ts';

test('the table counts cases by kind, sums them up, and names every one that was not restored', () => {
  const tallies = openTallies();
  const point = { kind: 'undo mirror', call: 'rename', ordinal: 1, step: 9 } as const;
  tallies.add('SIGKILL', point, []);
  tallies.add('SIGKILL', { ...point, call: 'fsync', step: 10 }, ['n1 was on and is off']);
  tallies.add('SIGKILL', { ...point, kind: 'call of a hand', step: 11 }, []);
  expect(renderTallies(tallies.all()).split('\n')).toEqual([
    '| what is struck, and how | before which kind of call | cases | as before, nothing open |',
    '| --- | --- | ---: | ---: |',
    '| SIGKILL | undo mirror | 2 | 1 |',
    '| SIGKILL | call of a hand | 1 | 1 |',
    '| **all** | | **3** | **2** |',
    '',
    '- SIGKILL, step 10 (undo mirror, fsync 1): n1 was on and is off',
    '',
  ]);
});
