import { XMLValidator } from 'fast-xml-parser';
import { expect, test } from 'vitest';
import { renderDotPlot, spread } from './dot-plot.ts';
import type { DottedSide } from './dot-plot.ts';

const side = (name: string, middles: readonly number[], more: Partial<DottedSide> = {}): DottedSide => ({ name, note: null, figures: middles.map((middle) => ({ lo: middle - 10, hi: middle + 10, title: 'a run' })), median: middles[0] ?? null, interval: null, missing: null, ...more });
const draw = (sides: DottedSide[]): string => renderDotPlot({ title: 'outage <b>', description: 'sampled every 10 ms', sides });

/** How many dots there are. */
const dots = (svg: string): number => (/aria-label="dot"[^>]*>(.*?)<\/g>/s.exec(svg)?.[1]?.match(/<path/g) ?? []).length;

test('has a dot for every run of every side, a heading for everybody, and units', () => {
  const svg = draw([side('pve', [300, 320, 340]), side('hyperv', [500, 510])]);
  expect(XMLValidator.validate(svg)).toBe(true);
  expect(dots(svg)).toBe(5);
  expect(svg).toMatch(/<title[^>]*>outage &lt;b&gt;<\/title>/);
  expect(svg).toContain('sampled every 10 ms');
  expect(svg).toContain('milliseconds');
  expect(svg).toContain('pve: 290-310 ms, a run');
  expect(draw([side('pve', [13_000])])).toContain('seconds');
});

test('runs with the same figure are apart, whatever their number', () => {
  for (let count = 1; count <= 60; count += 1) {
    const places = Array.from({ length: count }, (_, index) => spread(index, count));
    expect(new Set(places).size).toBe(count);
    expect([Math.max(...places) <= 1, Math.min(...places) >= -1]).toEqual([true, true]);
  }
  const equal = draw([side('pve', Array.from({ length: 14 }, () => 300))]);
  const marks = [...(/aria-label="dot"[^>]*>(.*?)<\/g>/s.exec(equal)?.[1] ?? '').matchAll(/transform="([^"]+)"/g)].map(([, place]) => place);
  expect(new Set(marks).size).toBe(14);
  const heights = marks.map((place) => Number(place?.match(/,([\d.]+)\)/)?.[1])).toSorted((one, other) => one - other);
  expect(Math.min(...heights.slice(1).map((height, index) => height - (heights[index] ?? 0)))).toBeGreaterThanOrEqual(2.5);
});

test('the median stands with its interval, or with why it has none', () => {
  expect(draw([side('pve', [300], { interval: { lo: 290, hi: 320 } })])).toContain('median 300 ms, 95 %: 290-320 ms');
  expect(draw([side('pve', [300])])).toContain('no interval: fewer than 6 runs');
});

test('a side without figures says why, and a run without an end is no dot', () => {
  const svg = draw([side('pve', [300]), side('hyperv', [], { missing: 'osd.2 was down' }), side('third', [], { figures: [{ lo: 60_000, hi: null, title: 'r1' }] })]);
  expect(svg).toContain('no figure: osd.2 was down');
  expect(svg).toContain('no end');
  expect(dots(svg)).toBe(1);
});

test('runs without an end are an arrow each and one text, which cannot lie upon another', () => {
  const svg = draw([side('pve', [300], { figures: [60_000, 60_100, 60_050].map((lo) => ({ lo, hi: null, title: 'a run' })) })]);
  expect(svg.match(/>▶</g)).toHaveLength(3);
  expect(svg.match(/without an end|no end</g)).toEqual(['without an end']);
  expect(svg).toContain('>3 without an end<');
});

test('the name of a long side is wrapped and nothing of it is cut', () => {
  const name = 'an-environment-with-a-name-that-somebody-found-telling-in-the-second-data-center-of-the-north';
  expect([...draw([side(name, [300]), side('pve', [310])]).matchAll(/<tspan[^>]*>([^<]*)</g)].map(([, line]) => line).join('')).toBe(name);
});

test('what must be known about a side stands below its name', () => {
  expect(draw([side('pve', [300], { note: '1 of 16; 15 gave none' }), side('hyperv', [300])])).toMatch(/pve.*1 of 16; 15 gave none/s);
});
