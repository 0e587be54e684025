import { array, assert, double, integer, property, tuple } from 'fast-check';
import { expect, test } from 'vitest';
import { compactPaths } from './compact-paths.ts';

const px = double({ min: -50, max: 1100, noNaN: true }).map((value) => Number(value.toFixed(3)));

/** The points that a path of moves, steps and closings goes through. */
function pointsOf(path: string): [number, number][] {
  let [x, y] = [0, 0];
  return [...path.matchAll(/([Ml])(-?[\d.]+),(-?[\d.]+)/g)].map(([, command, dx, dy]) => {
    [x, y] = command === 'M' ? [Number(dx), Number(dy)] : [x + Number(dx), y + Number(dy)];
    return [x, y];
  });
}

test('every point of a long line stays where it was, to a twentieth of a px', () => {
  assert(property(array(array(tuple(px, px), { minLength: 1, maxLength: 300 }), { minLength: 1, maxLength: 3 }), integer({ min: 0, max: 1 }), (parts, closed) => {
    const path = parts.map((points) => `${points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${x},${y}`).join('')}${closed === 1 ? 'Z' : ''}`).join('');
    const [, said = ''] = / d="([^"]*)"/.exec(compactPaths(`<path d="${path}"/>`)) ?? [];
    const [before, after] = [parts.flat(), pointsOf(said)];
    expect(after).toHaveLength(before.length);
    for (const [index, [x, y]] of before.entries()) {
      expect(Math.abs((after[index]?.[0] ?? Number.NaN) - x)).toBeLessThan(0.0501);
      expect(Math.abs((after[index]?.[1] ?? Number.NaN) - y)).toBeLessThan(0.0501);
    }
    expect(said.split('Z')).toHaveLength(path.split('Z').length);
  }));
});

test.each(['M0,0C1,1,2,2,3,3', 'm1,1l2,2', 'M1,1a2,2,0,1,0,4,0', 'M0,0L1,1ZL2,2', ''])('another path is left as it is: %s', (path) => {
  expect(compactPaths(`<path d="${path}"/>`)).toBe(`<path d="${path}"/>`);
});
