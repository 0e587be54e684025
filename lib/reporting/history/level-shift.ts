import { shiftBetween } from '../../measurement/shift.ts';
import { median } from '../../measurement/statistics.ts';
import type { JudgedRun } from '../judged-run.ts';
import type { Series } from './series.ts';

/** A figure with an end, ms. */
export interface Figure {
  run: JudgedRun;
  middle: number;
  widthMs: number;
  blindMs: number | null;
}

/** How far one level of figures lies above another, ms. */
export interface LevelShift {
  /** The estimate is of the middles; the interval holds wherever within the wide figures the truth lies. */
  shift: { estimate: number; lo: number; hi: number; coverage: number };
  medians: { before: number; after: number };
  /** The smallest shift that figures of the usual width can tell. */
  resolution: number;
  /** Figures that are wider than the others, from which width on, and the widest one. */
  wide: { count: number; overMs: number; widestMs: number };
  /** The values of both, those of wide figures by the end that speaks against the shift. */
  against: number[];
  /** Whether it stands; blurred: it would, were the truth in the middle of the wide figures. */
  is: 'told' | 'blurred' | 'nothing';
}

/** From this many times the usual width on, the middle of a figure is no good witness: its prober was blind, or sampled coarsely. */
const wideFrom = 2;

/** The points that have an end; one without has no middle and is no part of the calculation. */
export function figuresOf({ points }: Series): Figure[] {
  return points.flatMap(({ run, point: { lo, hi }, widthMs, blindMs }) => (hi === null ? [] : [{ run, middle: (lo + hi) / 2, widthMs, blindMs }]));
}

export const middlesOf = (figures: readonly Figure[]): number[] => figures.map(({ middle }) => middle);

const widthOf = (figures: readonly Figure[]): number => median(figures.map(({ widthMs }) => widthMs)) ?? 0;

/**
 * Holds two levels against each other. What is usual is the width of the level with the narrower figures. A figure of more than twice
 * that counts by its middle in the estimate, and in the interval with either end: so blindness of a prober, which moves middles, is no
 * change of level. Null where the figures allow no interval.
 */
export function levelShift(before: readonly Figure[], after: readonly Figure[]): LevelShift | null {
  const found = shiftBetween(middlesOf(before), middlesOf(after));
  if (found === null || found.lo === null || found.hi === null || found.coverage === null) return null;
  const overMs = wideFrom * Math.min(widthOf(before), widthOf(after));
  const usual = [before, after].map((figures) => widthOf(figures.filter(({ widthMs }) => widthMs <= overMs)));
  const wide = [...before, ...after].map(({ widthMs }) => widthMs).filter((width) => width > overMs);
  const ends = (figures: readonly Figure[], side: 1 | -1): number[] => figures.map(({ middle, widthMs }) => (widthMs > overMs ? Math.max(0, middle + (side * widthMs) / 2) : middle));
  const [nearer, further] = [[ends(before, 1), ends(after, -1)] as const, [ends(before, -1), ends(after, 1)] as const];
  const lo = wide.length === 0 ? found.lo : (shiftBetween(...nearer)?.lo ?? found.lo);
  const hi = wide.length === 0 ? found.hi : (shiftBetween(...further)?.hi ?? found.hi);
  const resolution = Math.max(...usual);
  const stands = (low: number, high: number): boolean => (low > 0 || high < 0) && Math.abs(found.estimate) >= resolution;
  return {
    shift: { estimate: found.estimate, lo, hi, coverage: found.coverage },
    medians: { before: median(middlesOf(before)) ?? 0, after: median(middlesOf(after)) ?? 0 },
    resolution,
    wide: { count: wide.length, overMs, widestMs: Math.max(0, ...wide) },
    against: (found.estimate > 0 ? nearer : further).flat(),
    is: stands(lo, hi) ? 'told' : stands(found.lo, found.hi) ? 'blurred' : 'nothing',
  };
}
