import { expect, test } from 'vitest';
import { blindStretches, blindWithin } from './blind.ts';
import { makeSeries } from './testing.ts';

test('a gap of more than two periods is blind from the moment the next probe was due', () => {
  const series = makeSeries([{ atMs: 0 }, { atMs: 10 }, { atMs: 30 }, { atMs: 51 }]);
  expect(blindStretches(series)).toEqual([{ fromNs: 40e6, toNs: 51e6, reason: 'no probe was sent' }]);
});

test('recorded and seen blind time is merged, counted once and keeps the recorded reason', () => {
  const blind = [{ fromNs: 15e6, toNs: 60e6, reason: 'send failed: ENETUNREACH' }, { fromNs: 200e6, toNs: 300e6, reason: 'the prober died' }];
  const series = makeSeries([{ atMs: 0 }, { atMs: 10 }, { atMs: 60 }, { atMs: 70 }], { blind });
  const stretches = blindStretches(series);
  expect(stretches).toEqual([{ fromNs: 15e6, toNs: 60e6, reason: 'send failed: ENETUNREACH' }, blind[1]]);
  expect(blindWithin(stretches, 0, 1e9)).toBe(145e6);
  expect(blindWithin(stretches, 50e6, 250e6)).toBe(60e6);
});
