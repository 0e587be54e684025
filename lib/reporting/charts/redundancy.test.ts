import { XMLValidator } from 'fast-xml-parser';
import { expect, test } from 'vitest';
import { factsOf, scenarioId } from '../../judgement/testing.ts';
import type { EventBody } from '../../record/types.ts';
import { hostileGuest } from '../testing/synthetic-run.ts';
import { renderRedundancy } from './redundancy.ts';

const reading = (share: number, storage?: string): EventBody => ({ kind: 'redundancy', scenario: scenarioId, share, detail: storage === undefined ? 'ceph: words' : 'words alone', ...(storage === undefined ? {} : { storage }) });
const dotsOf = (svg: string | null): { cx: number; cy: number; fill: string }[] => [...(svg ?? '').matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)" r="2.6" fill="([^"]+)"/g)].map(([, cx, cy, fill]) => ({ cx: Number(cx), cy: Number(cy), fill: fill ?? '' }));

test('a scenario whose record says nothing of redundancy has no such chart', () => {
  expect(renderRedundancy(factsOf([{ kind: 'mark', scenario: scenarioId, title: 'a' }]))).toBeNull();
});

test('every reading is a dot at its share, those with copies missing in another colour, and the least is said', () => {
  const svg = renderRedundancy(factsOf([reading(1), reading(0.25), reading(0), reading(1)]));
  expect(XMLValidator.validate(svg ?? '')).toBe(true);
  const dots = dotsOf(svg);
  const [whole, quarter, none, again] = dots.map(({ cy }) => cy);
  expect(dots.map(({ fill }) => fill)).toEqual(['#1f5a96', '#a10020', '#a10020', '#1f5a96']);
  expect(again).toBe(whole);
  expect((none ?? 0) - (quarter ?? 0)).toBeCloseTo(((none ?? 0) - (whole ?? 0)) / 4, 1);
  expect(svg).toContain('a dot a reading, 4 in all, the least 0.0 %');
});

test('each storage has a row of its own with its name, also where only the words of an early record tell it', () => {
  const svg = renderRedundancy(factsOf([reading(1, 'tank of n1'), reading(0.5, 'tank of n2'), reading(1)]));
  for (const name of ['tank of n1', 'tank of n2', 'ceph']) expect(svg).toContain(`>${name}<`);
  const heights = dotsOf(svg).map(({ cy }) => Math.floor(cy / 96));
  expect(heights).toEqual([0, 1, 2]);
});

test("a storage's name does no harm", () => {
  const svg = renderRedundancy(factsOf([reading(1, hostileGuest)])) ?? '';
  expect(XMLValidator.validate(svg)).toBe(true);
  expect(svg).not.toContain('<script');
});
