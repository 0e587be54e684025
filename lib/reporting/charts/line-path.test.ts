import { array, assert, boolean, double, property, tuple } from 'fast-check';
import { expect, test } from 'vitest';
import { linePath } from './line-path.ts';
import { pointsOf } from './testing.ts';

const px = double({ min: -50, max: 1100, noNaN: true });

test('every point of a long line stays where it was, to a twentieth of a px', () => {
  assert(property(array(array(tuple(px, px), { minLength: 1, maxLength: 300 }), { minLength: 1, maxLength: 3 }), boolean(), (parts, closed) => {
    const path = linePath();
    for (const points of parts) {
      for (const [index, [x, y]] of points.entries()) path[index === 0 ? 'moveTo' : 'lineTo'](x, y);
      if (closed) path.close();
    }
    const [before, after] = [parts.flat(), pointsOf(path.text())];
    expect(after).toHaveLength(before.length);
    for (const [index, [x, y]] of before.entries()) {
      expect(Math.abs((after[index]?.[0] ?? Number.NaN) - x)).toBeLessThan(0.0501);
      expect(Math.abs((after[index]?.[1] ?? Number.NaN) - y)).toBeLessThan(0.0501);
    }
    expect(path.text().split('Z')).toHaveLength(closed ? parts.length + 1 : 1);
  }));
});

test('is written in few letters', () => {
  const path = linePath();
  path.moveTo(62, 100.04);
  path.lineTo(64, 99.5);
  path.lineTo(66.25, 99.5);
  path.close();
  expect(path.text()).toBe('M62 100l2-.5 2.3 0Z');
  expect(linePath().text()).toBe('');
});
