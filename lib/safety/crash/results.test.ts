import { expect, test } from 'vitest';
import { openTallies } from './enumeration.ts';
import type { Progress } from './enumeration.ts';
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

test('an enumeration that was interrupted goes on behind the last case that it kept, and counts each once', async () => {
  const point = { kind: 'undo mirror', call: 'rename', ordinal: 1, step: 9 } as const;
  let kept = '';
  const conduct = async (dieAt: number | null): Promise<number[]> => {
    const carriedOut: number[] = [];
    const tallies = openTallies(kept === '' ? undefined : (JSON.parse(kept) as Progress), (progress) => {
      kept = JSON.stringify(progress);
    });
    for (const step of [1, 2, 3, 4]) {
      await tallies.unlessDone(String(step), async () => {
        if (step === dieAt) throw new Error('interrupted');
        carriedOut.push(step);
        tallies.add('SIGKILL', { ...point, step }, []);
      });
    }
    return carriedOut;
  };
  await expect(conduct(3)).rejects.toThrow('interrupted');
  expect(await conduct(null)).toEqual([3, 4]);
  expect(renderTallies((JSON.parse(kept) as Progress).tallies)).toContain('| **all** | | **4** | **4** |');
});
