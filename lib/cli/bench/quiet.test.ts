import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { patient, quietTurn, sayWithheld, withheldMs } from './quiet.ts';

test('the time withheld is the eighth number of the first line, in ticks of 10 ms', () => {
  expect(withheldMs('cpu  1 2 3 4 5 6 7 800 9 10\ncpu0 1 2 3 4 5 6 7 8 9 10\n')).toBe(8000);
  expect(withheldMs('cpu  1 2 3 4\n')).toBeNull();
  expect(withheldMs(readFileSync('/proc/stat', 'utf8'))).toBeGreaterThanOrEqual(0);
});

/** Turns of a second on two cores, of which the host withholds the given shares. */
function played(shares: readonly number[]) {
  let [turn, withheld, now] = [0, 0, 0];
  const take = async (): Promise<string> => {
    withheld += (shares[turn] ?? 0) * 2 * 1000;
    now += 1000;
    return Promise.resolve(`turn ${++turn}`);
  };
  return { take, clock: { withheldMs: () => withheld, nowMs: () => now, cores: 2 }, turns: () => turn };
}

test('the first quiet turn counts, however it went, and those before are said', async () => {
  const { take, clock, turns } = played([0.1, 0.03, 0.01, 0]);
  const quiet = await quietTurn(take, { share: 0.015, turns: 8 }, clock);
  expect([quiet.value, turns()]).toEqual(['turn 3', 3]);
  expect(sayWithheld(quiet)).toBe('1.0 % (not counted: 10.0 %, 3.0 %)');
});

test('of none that is quiet the quietest counts', async () => {
  const { take, clock, turns } = played([0.5, 0.2, 0.3, 0.4, 0.5, 0.5, 0.5, 0.5, 0]);
  const quiet = await quietTurn(take, { share: 0.01, turns: 8 }, clock);
  expect([quiet.value, turns()]).toEqual(['turn 2', 8]);
  expect(sayWithheld(quiet)).toBe('20.0 % (not counted: 7 turns, 30.0 % to 50.0 %)');
});

test('where the kernel does not tell, there is one turn, and that is said', async () => {
  const { take, turns } = played([]);
  const quiet = await quietTurn(take, patient, { withheldMs: () => null, nowMs: () => 0, cores: 2 });
  expect([turns(), sayWithheld(quiet)]).toEqual([1, 'unknown']);
});
