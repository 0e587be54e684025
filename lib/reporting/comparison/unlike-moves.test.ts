import { expect, test } from 'vitest';
import type { ScenarioVerdict } from '../../record/types.ts';
import type { JudgedRun } from '../judged-run.ts';
import { judgedRun, judgedScenario, madeUpOptions } from '../testing/judged.ts';
import { compare } from './compare.ts';
import { sidesOf } from './side.ts';

/** Invented moves to and fro, of these lengths. */
const moves = (there: number, back: number): ScenarioVerdict => judgedScenario([], { row: 'live-migration', measurements: [...judgedScenario([there], { row: 'live-migration' }, { from: 'n1', to: 'n2' }).measurements, ...judgedScenario([back], { row: 'live-migration' }, { from: 'n2', to: 'n1' }).measurements] });
const runs = (environment: string, there: number, back: number): JudgedRun[] => Array.from({ length: 6 }, (_, index) => judgedRun(environment, index, [moves(there + index, back + index)]));
const reservations = (back: number): string[] => compare(sidesOf([...runs('pve', 80, back), ...runs('hyperv', 90, 100)], []), madeUpOptions).reservations.filter((reservation) => reservation.includes('not alike'));

test('moves that take a different time on one side are said, with both', () => {
  expect(reservations(1850)).toEqual([expect.stringMatching(/^the moves are not alike on pve in live-migration of web \(worker\): outage by icmp, each move \(medians: n1 to n2 8[\d.]+ ms, n2 to n1 185[\d.]+ ms\): its median stands for none of them$/)]);
});

test('those that differ by less than can be told, or by less than their double, are alike', () => {
  expect(reservations(95)).toEqual([]);
  expect(reservations(150)).toEqual([]);
});
