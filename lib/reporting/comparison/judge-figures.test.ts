import { expect, test } from 'vitest';
import { judgeFigures } from './judge-figures.ts';
import type { Bounds } from './judge-figures.ts';

const facts = { resolution: 20, margin: null };
/** Invented outages around a truth, each told within the usual 20 ms; some of them end up to `blindMs` later, or began so much earlier. */
const figures = (truthMs: number, blind: (index: number) => Partial<Record<'before' | 'behind', number>> = () => ({})): Bounds[] => Array.from({ length: 20 }, (_, index) => {
  const at = truthMs + ((index * 7) % 20) * (truthMs / 200);
  const { before = 0, behind = 0 } = blind(index);
  return { lo: at - 10 - before, hi: at + 10 + behind };
});
const half = (index: number): boolean => index % 2 === 1;

test('usual figures are judged by their middles', () => {
  expect(judgeFigures(figures(38_000), figures(44_000), facts)).toMatchObject({ word: 'different', because: 'the interval leaves zero out' });
  expect(judgeFigures(figures(38_000), figures(38_000), { ...facts, margin: 4000 })).toMatchObject({ word: 'equivalent' });
});

test('a prober that was blind behind the end of some is no difference between platforms', () => {
  const blind = figures(38_000, (index) => (half(index) && index !== 19 ? { behind: 12_000 } : {}));
  for (const [one, other] of [[figures(38_000), blind], [blind, figures(38_000)]] as const) expect(judgeFigures(one, other, facts)).toMatchObject({ word: 'not-enough-data', because: '9 of the figures are so wide (up to 12.02 s) that their other ends allow another conclusion' });
});

test('nor does it hide one, or make two sides equivalent', () => {
  const blind = figures(38_000, (index) => (half(index) ? { before: 6000, behind: 6000 } : {}));
  expect(judgeFigures(figures(38_000), blind, { ...facts, margin: 4000 })).toMatchObject({ word: 'not-enough-data' });
  expect(judgeFigures(figures(18_000), blind, facts)).toMatchObject({ word: 'different' });
});

test('a difference whose direction depends on the ends of wide figures is none', () => {
  const wide = (truthMs: number): Bounds[] => figures(truthMs, (index) => (index < 9 ? { before: 30_000, behind: 30_000 } : {}));
  expect(judgeFigures(wide(40_000), wide(48_000), facts)).toMatchObject({ word: 'not-enough-data' });
});

test('one wide figure among many changes nothing, since ranks do not', () => {
  const once = figures(44_000, (index) => (index === 3 ? { behind: 60_000 } : {}));
  expect(judgeFigures(figures(38_000), once, facts)).toMatchObject({ word: 'different' });
});
