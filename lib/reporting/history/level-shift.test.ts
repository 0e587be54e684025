import { describe, expect, test } from 'vitest';
import { around, judgedRun, judgedScenario } from '../testing/judged.ts';
import { figuresOf, levelShift } from './level-shift.ts';
import type { Figure, LevelShift } from './level-shift.ts';
import { seriesOf } from './series.ts';
import { lookBack, nightsOf, randomFrom, seenBlind, seenCoarsely } from './testing.ts';
import type { ScenarioVerdict } from '../../record/types.ts';

type Change = (scenario: ScenarioVerdict, night: number) => ScenarioVerdict;
const blindFrom = (first: number, blindMs: number): Change => (scenario, night) => (night < first ? scenario : seenBlind(scenario, blindMs));

function shiftAt(at: number, truths: readonly number[], change?: Change): LevelShift | null {
  const [series] = seriesOf(nightsOf(truths, change));
  const figures: Figure[] = series === undefined ? [] : figuresOf(series);
  return levelShift(figures.slice(0, at), figures.slice(at));
}

describe('a level of figures beside another', () => {
  const slower = [...around(10_000, 10), ...around(14_000, 8)];

  test('is told by the middles of narrow figures', () => {
    const level = shiftAt(10, slower);
    expect(level).toMatchObject({ is: 'told', resolution: 20, wide: { count: 0 } });
    expect(level?.shift.estimate).toBeGreaterThan(3500);
    expect(level?.shift.estimate).toBeLessThan(4500);
  });

  test('is left open where only the middles of wide figures lie higher, or lower', () => {
    expect(shiftAt(10, around(10_000, 18), blindFrom(10, 8000))).toMatchObject({ is: 'blurred', wide: { count: 8, overMs: 40, widestMs: 8020 } });
    expect(shiftAt(10, around(10_000, 18), (scenario, night) => (night >= 10 ? scenario : seenBlind(scenario, 8000)))?.is).toBe('blurred');
  });

  test('is told of wide figures where it holds for either end of them, with an interval that says so', () => {
    const [narrow, wide] = [shiftAt(10, slower), shiftAt(10, slower, blindFrom(10, 2000))];
    expect(wide?.is).toBe('told');
    expect(wide?.shift.lo).toBeLessThan(narrow?.shift.lo ?? 0);
    expect(wide?.shift.lo).toBeGreaterThan(0);
    expect(wide?.shift.hi).toBeGreaterThan((narrow?.shift.hi ?? 0) + 1900);
  });

  test('is not silenced by one coarse figure: the resolution is that of the usual ones', () => {
    expect(shiftAt(10, slower, (scenario, night) => (night === 2 ? seenCoarsely(scenario, 5000) : scenario))).toMatchObject({ is: 'told', resolution: 20, wide: { count: 1 } });
  });

  test('is below resolution where all figures are as coarse as the shift', () => {
    expect(shiftAt(10, slower, (scenario) => seenCoarsely(scenario, 3000))).toMatchObject({ is: 'nothing', resolution: 6000, wide: { count: 0 } });
  });
});

describe('a prober that was blind', () => {
  test('is no regression: what cannot be told is said', () => {
    const history = lookBack(nightsOf(around(38_000, 24), blindFrom(14, 20_000)));
    expect(history.regressions).toBe(0);
    expect(history.series[0]?.changes).toEqual([]);
    expect(history.reservations).toEqual([expect.stringMatching(/^node-failure of web \(worker\): outage by icmp: 10 of 24 figures are wider than 40 ms \(up to 20\.02 s\), .*: whether it is longer by 1\d(?:\.\d+)? s since run 20260115T020000Z-made cannot be told$/)]);
  });

  test('of many guests is told of five, and of how many more', () => {
    const { reservations } = lookBack(around(38_000, 24).map((truth, night) => judgedRun('prod-a', night, Array.from({ length: 8 }, (_, guest) => blindFrom(14, 20_000)(judgedScenario([truth], { guest: `g${guest}` }), night)))));
    expect(reservations).toHaveLength(6);
    expect(reservations[5]).toBe('of 3 more measurements it cannot be told either, for figures as wide');
  });

  test('stands among what changed with a real change, which holds for either end', () => {
    const [change] = lookBack(nightsOf([...around(38_000, 14), ...around(90_000, 10)], blindFrom(14, 20_000))).series[0]?.changes ?? [];
    expect(change).toMatchObject({ run: '20260115T020000Z-made', regression: true, alongside: ['time that the prober was blind: 0 ms to 20 s'] });
    expect(change?.sentence).toContain('; 10 of 24 figures are wider than 40 ms (up to 20.02 s): it holds for either end of them; what changed with it');
  });

  test('hides no change before it', () => {
    expect(lookBack(nightsOf([...around(38_000, 12), ...around(48_000, 12)], blindFrom(18, 60_000))).series[0]?.changes).toMatchObject([{ run: '20260113T020000Z-made', regression: true }]);
  });

  /** How many of these histories of noise that never changes have a false alarm. */
  function alarms(histories: number, { guests, nights }: { guests: number; nights: number }, isBlind: (night: number, guest: number, random: () => number) => boolean): number {
    return Array.from({ length: histories }, (_, seed) => {
      const random = randomFrom(1000 + seed * 7919);
      return lookBack(Array.from({ length: nights }, (__, night) => judgedRun('prod-a', night, Array.from({ length: guests }, (___, guest) => {
        const scenario = judgedScenario([10_000 * (0.95 + 0.1 * random())], { guest: `g${guest}` });
        return isBlind(night, guest, random) ? seenBlind(scenario, 3000) : scenario;
      })))).regressions;
    }).filter((regressions) => regressions > 0).length;
  }

  test('raises no more false alarms than noise does: in a part of the nights, in all of the later ones, in those of most guests', () => {
    expect(alarms(60, { guests: 1, nights: 24 }, (night) => night >= 12)).toBeLessThanOrEqual(6);
    expect(alarms(60, { guests: 1, nights: 24 }, (night, _, random) => night >= 12 && random() < 0.5)).toBeLessThanOrEqual(6);
    expect(alarms(30, { guests: 8, nights: 18 }, (night) => night >= 12)).toBeLessThanOrEqual(4);
    expect(alarms(30, { guests: 20, nights: 14 }, (night, guest) => night >= 7 && guest > 7)).toBeLessThanOrEqual(4);
  });
});

test('a change among runs of which one was sampled coarsely is found, and that run named as wide', () => {
  const [change] = lookBack(nightsOf([...around(38_000, 12), ...around(48_000, 12)], (scenario, night) => (night === 2 ? seenCoarsely(scenario, 5000) : scenario))).series[0]?.changes ?? [];
  expect(change?.sentence).toContain('; 1 of 24 figures is wider than 40 ms (up to 10 s): it holds for either end of them;');
});
