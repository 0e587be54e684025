import { describe, expect, test } from 'vitest';
import type { JudgedRun } from '../judged-run.ts';
import { judgedRun, judgedScenario } from '../testing/judged.ts';
import type { History } from './history-schema.ts';
import { outOfReach } from './reach.ts';
import { lookBack, randomFrom } from './testing.ts';

/** Nights of guests with an outage of about 10 s; of the first ones it is about 90 s in the second half. */
function nights(guests: number, count: number, changed: number, seed: number): JudgedRun[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, (_, night) => judgedRun('prod-a', night, Array.from({ length: guests }, (__, guest) => judgedScenario([(guest < changed && night >= count / 2 ? 90_000 : 10_000) * (0.95 + 0.1 * random())], { guest: `g${guest}` }))));
}

const look = (guests: number, count: number, changed = 1, seed = 7): History => lookBack(nights(guests, count, changed, seed));

describe("one guest's outage that goes from 10 s to 90 s", () => {
  test.each([[1, 12], [20, 12], [24, 14], [60, 14], [100, 16], [500, 18], [600, 18]])('is found among %i measurements of %i nights', (guests, count) => {
    const history = look(guests, count);
    expect(history.series[0]?.changes[0]).toMatchObject({ regression: true, run: expect.stringMatching(String(count / 2 + 1).padStart(2, '0')) });
    expect(history.reservations).toEqual([]);
  });

  test.each([[24, 12, 14, 2], [60, 12, 14, 3], [100, 14, 16, 2], [500, 16, 18, 2]])('cannot be found among %i measurements of %i nights: that is said, with the %i runs or %i measurements it takes, and the change as possible', (guests, count, needed, together) => {
    const history = look(guests, count);
    expect(history.regressions).toBe(0);
    expect(history.reservations).toEqual([expect.stringMatching(new RegExp(`^with ${guests} measurements looked at together and ${count} runs no change of one measurement alone can be found, however large: .*; ${needed} runs are needed, or ${together} measurements that change together$`))]);
    expect(history.possible).toContainEqual(expect.stringMatching(/^node-failure of g0 \(worker\): outage by icmp: longer by (?:7|8)\d/));
  });

  test('is found in fewer nights where as many measurements as are said change together', () => {
    const history = look(60, 12, 3);
    expect(history.series.slice(0, 3).map(({ changes }) => changes.length)).toEqual([1, 1, 1]);
  });
});

test('a reservation is of those measurements only that have too few runs', () => {
  expect(outOfReach([])).toEqual([]);
  expect(outOfReach([12])).toEqual([]);
  expect(outOfReach([...Array.from({ length: 30 }, () => 40), 12])).toEqual([expect.stringContaining('with 31 measurements looked at together and 12 runs no change of one measurement alone can be found in 1 of them')]);
});

test('false alarms are no more often than one in twenty histories of noise that never changes, with few measurements and with many', () => {
  const alarms = (guests: number, count: number, histories: number): number => Array.from({ length: histories }, (_, seed) => look(guests, count, 0, 1000 + seed).regressions).filter((regressions) => regressions > 0).length;
  expect(alarms(1, 12, 80)).toBeLessThanOrEqual(8);
  expect(alarms(10, 16, 20)).toBeLessThanOrEqual(3);
  expect(alarms(60, 18, 6)).toBeLessThanOrEqual(1);
});
