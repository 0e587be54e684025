import { expect, test } from 'vitest';
import { chartDocument } from './svg-document.ts';
import { pointsOf } from './testing.ts';
import type { TimelineData } from './timeline-data.ts';
import { drawRoundTrips, drawStrips } from './timeline-marks.ts';
import type { Frame } from './timeline-marks.ts';

const nothing: TimelineData = { origin: 'start', span: { x1: 0, x2: 900 }, rtt: [], late: [], lost: [], blind: [], faults: [], phases: [], windows: [], marks: [], counts: { sent: 0, late: 0, lost: 0 } };
/** A px a second, from 62 px on. */
const frame = (): Frame => ({ document: chartDocument(), top: 0, bottom: 100, toX: (seconds) => 62 + seconds, toY: (value) => 100 - value });
const pathsIn = (elements: readonly { outerHTML: string }[], fill: string): string[] => elements.flatMap(({ outerHTML }) => [...outerHTML.matchAll(/<path d="([^"]*)"([^>]*)>/g)].flatMap(([, d = '', rest = '']) => (rest.includes(`fill="${fill}"`) ? [d] : [])));

/** Where a path of upright rectangles is, each from left to right. */
const rectangles = (path: string | undefined): [number, number][] => (path ?? '').split('Z').filter((part) => part !== '').map((part) => {
  const xs = pointsOf(part).map(([x]) => Math.round(x * 10) / 10);
  return [Math.min(...xs), Math.max(...xs)];
});

test('every lost probe is seen, however short it was, and those that touch are one', () => {
  const strips = drawStrips(frame(), { ...nothing, lost: [{ x1: 10, x2: 10.01, count: 1 }, { x1: 10.02, x2: 10.03, count: 1 }, { x1: 500, x2: 520, count: 2000 }, { x1: 700, x2: 700.01, count: 1 }] }, 0, 60);
  expect(rectangles(pathsIn(strips, '#a10020')[0])).toEqual([[72, 73.5], [562, 582], [762, 763.5]]);
});

test('a strip without anything is empty, and each has its own colour', () => {
  const strips = drawStrips(frame(), { ...nothing, late: [{ x: 5, rtt: 200 }], blind: [{ x1: 1, x2: 3 }] }, 0, 60);
  expect(pathsIn(strips, '#a10020')).toEqual([]);
  expect(rectangles(pathsIn(strips, '#d98200')[0])).toEqual([[67, 68.5]]);
  expect(rectangles(pathsIn(strips, '#8a8a8a')[0])).toEqual([[63, 65]]);
});

test('round trips are a band from the least to the most and a line through the middles, interrupted where answers are missing', () => {
  const rtt = [{ x: 0, lo: 1, mid: 2, hi: 5 }, { x: 10, lo: 2, mid: 3, hi: 80 }, { x: 20, lo: null, mid: null, hi: null }, { x: 30, lo: 1, mid: 1, hi: 1 }];
  const drawn = drawRoundTrips(frame(), { ...nothing, rtt }, []);
  const [band = ''] = pathsIn(drawn, '#a9c4de');
  expect(band.split('Z').filter((part) => part !== '').map(pointsOf)).toEqual([[[62, 95], [72, 20], [72, 98], [62, 99]], [[92, 99], [92, 99]]]);
  const middles = pathsIn(drawn, 'none').map(pointsOf).at(-1);
  expect(middles).toEqual([[62, 98], [72, 97], [92, 99]]);
});

test('late answers are drawn one by one; those in the same place once', () => {
  const drawn = drawRoundTrips(frame(), { ...nothing, late: [{ x: 5, rtt: 60 }, { x: 5, rtt: 60 }, { x: 9, rtt: 70 }] }, []);
  expect(pathsIn(drawn, '#d98200')[0]?.split('Z').filter((part) => part !== '')).toHaveLength(2);
});
