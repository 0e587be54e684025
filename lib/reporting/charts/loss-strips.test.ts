import { XMLValidator } from 'fast-xml-parser';
import { describe, expect, test } from 'vitest';
import { hostileGuest } from '../testing/synthetic-run.ts';
import { renderLossStrips, stripEnds } from './loss-strips.ts';
import type { StripRow, StripSide } from './loss-strips.ts';
import { sideStyle } from './side-style.ts';
import type { Strip } from './strip-data.ts';
import { pointsOf } from './testing.ts';
import { colours } from './timeline-layout.ts';

const strip = (change: Partial<Strip> = {}): Strip => ({ span: { x1: -1, x2: 20 }, begin: 0, lost: [], late: [], blind: [], unrecorded: [], counts: { sent: 2000, lost: 0, late: 0 }, ...change });
const row = (label: string, found: StripRow['strip']): StripRow => ({ label: [label], title: `title of ${label}`, strip: found });
const side = (name: string, rows: readonly StripRow[], leftOut: string | null = null): StripSide => ({ name, rows, leftOut });
const draw = (...sides: StripSide[]): string => renderLossStrips({ title: 'Loss strips', description: 'sampled every 10 ms', origin: 'the fault was commanded', sides }) ?? '';

/** The marks of one colour in the strips, each as [left, right, top, bottom], px; those of the legend are left out. */
function marks(svg: string, colour: string): number[][] {
  const chart = svg.slice(svg.lastIndexOf('<svg'));
  return [...chart.matchAll(new RegExp(`<path d="([^"]*)" fill="${colour}"`, 'g'))].flatMap(([, d = '']) => d.split('Z').filter((part) => part !== '').map((part) => {
    const points = pointsOf(part);
    const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
    return [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  }));
}

describe('strips of runs', () => {
  test('have their moment 0 in one place, whenever their windows began', () => {
    const lost = [{ x1: 0, x2: 5 }];
    const found = marks(draw(side('pve', [row('a', strip({ lost })), row('b', strip({ lost, span: { x1: -5, x2: 10 }, begin: -3 }))]), side('hyperv', [row('c', strip({ lost }))])), colours.lost);
    expect(found).toHaveLength(3);
    expect(new Set(found.map(([left]) => left)).size).toBe(1);
  });

  test('tell lost, late, blind and missing apart by place and pattern, not by colour alone', () => {
    const svg = draw(side('pve', [row('a', strip({ lost: [{ x1: 1, x2: 2 }], late: [{ x1: 1.5, x2: 3 }], blind: [{ x1: 5, x2: 7 }], unrecorded: [{ x1: 12, x2: 20, reason: 'the recording was cut off' }] }))]));
    const [lostBottom = 0, lateTop = 0] = [marks(svg, colours.lost)[0]?.[3], marks(svg, colours.late)[0]?.[2]];
    expect(marks(svg, colours.lost)).toHaveLength(1);
    expect(lateTop).toBeGreaterThan(lostBottom);
    const hatched = svg.slice(svg.lastIndexOf('<svg')).match(/<path d="[^"]*" stroke="#555" stroke-width="1"\/>/g) ?? [];
    expect(hatched).toHaveLength(1);
    expect(pointsOf(hatched[0] ?? '').length).toBeGreaterThan(20);
    expect(svg).toContain('>no samples: the recording was cut off<');
    for (const text of ['answered in time', 'lost', 'late (below the strip)', 'blind: nobody looked', 'no samples', 'sampled every 10 ms', 'seconds since the fault was commanded']) expect(svg).toContain(`>${text}<`);
  });

  test('a single lost probe of a long strip is still seen', () => {
    const [[left = 0, right = 0] = []] = marks(draw(side('pve', [row('a', strip({ span: { x1: 0, x2: 1000 }, lost: [{ x1: 500, x2: 500.01 }], blind: [{ x1: 999, x2: 1000 }] }))])), colours.lost);
    expect(right - left).toBeGreaterThanOrEqual(1.4);
  });

  test('what lies before the axis does not stand at its edge', () => {
    expect(marks(draw(side('pve', [row('a', strip({ span: { x1: -5, x2: 20 }, lost: [{ x1: -4.5, x2: -4 }, { x1: 0, x2: 5 }] }))])), colours.lost)).toHaveLength(1);
  });

  test('runs without a strip, and runs that are not drawn, are told', () => {
    const svg = draw(side('pve', [row('a', strip()), row('b', { missing: 'the samples are not on disk' })], 'pve: 7 of 9 are not drawn'), side('hyperv', [row('c', strip())]));
    for (const text of ['no strip: the samples are not on disk', 'pve: 7 of 9 are not drawn', 'a', 'b', 'c']) expect(svg).toContain(`>${text}<`);
    for (const index of [0, 1]) expect(svg).toContain(sideStyle(index).fill);
    expect(renderLossStrips({ title: '', description: '', origin: '', sides: [side('pve', [row('b', { missing: 'gone' })])] })).toBeNull();
  });

  test('are said to screen readers, and hostile names are text', () => {
    const svg = renderLossStrips({ title: hostileGuest, description: hostileGuest, origin: 'x', sides: [side(hostileGuest, [row(hostileGuest, strip()), row('b', { missing: `${hostileGuest}\u0007` })], hostileGuest)] }) ?? '';
    expect(XMLValidator.validate(svg)).toBe(true);
    expect(svg).not.toContain('<script');
    expect(svg).toMatch(/role="img" aria-labelledby="chart-title chart-description"/);
  });
});

describe('the axis', () => {
  test('ends a little behind the last of all strips that is not an answer in time, whatever it is', () => {
    const ends = (change: Partial<Strip>): ReturnType<typeof stripEnds> => stripEnds([strip(change), strip({ lost: [{ x1: 1, x2: 2 }] })]);
    for (const kind of ['lost', 'late', 'blind'] as const) expect(ends({ [kind]: [{ x1: 9, x2: 10 }] })).toMatchObject({ to: expect.closeTo(11.2, 6), isCut: true });
    expect(ends({ unrecorded: [{ x1: 15, x2: 20, reason: '' }] })).toMatchObject({ to: 20, isCut: false });
    expect(stripEnds([strip()])).toMatchObject({ to: 20, isCut: false });
  });

  test('begins with the first of what a window holds before its moment 0, and leaves out what lies before the window', () => {
    expect(stripEnds([strip({ span: { x1: -5, x2: 20 }, begin: -3, lost: [{ x1: -4, x2: -3.5 }, { x1: -2, x2: 10 }] })]).from).toBe(-2);
    expect(stripEnds([strip({ span: { x1: -5, x2: 20 }, begin: 0, lost: [{ x1: -4, x2: -3.5 }, { x1: 0, x2: 10 }] })]).from).toBeCloseTo(-0.56, 6);
  });

  test('says that it was cut', () => {
    expect(draw(side('pve', [row('a', strip({ lost: [{ x1: 0, x2: 5 }] }))]))).toContain('>seconds since the fault was commanded; behind the end of the axis every probe of these strips was answered in time<');
  });
});
