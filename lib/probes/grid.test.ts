import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createGrid } from './grid.ts';

test('each slot is given once, at its time and not before', () => {
  const grid = createGrid(1000, 100, 1250, 0);
  expect(grid.nextNs()).toBe(1300);
  expect([1299, 1300, 1301, 1399, 1400, 1455].map((now) => grid.take(now))).toEqual([-1, 0, -1, -1, 1, -1]);
  expect(grid.nextNs()).toBe(1500);
});

test('of several overdue slots only the newest is sent, and the grid stays where it was', () => {
  const grid = createGrid(0, 100, 0, 0);
  expect(grid.take(5)).toBe(0);
  expect(grid.take(470)).toBe(4);
  expect(grid.take(499)).toBe(-1);
  expect(grid.take(500)).toBe(5);
});

test('a probe goes on counting after a restart', () => {
  expect(createGrid(0, 100, 250, 7).take(310)).toBe(7);
});

test('sequences only rise, however the prober is woken', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 5000 })), (steps) => {
    const grid = createGrid(17, 100, 20, 3);
    let now = 17;
    let last = 2;
    for (const step of steps) {
      now += step;
      const seq = grid.take(now);
      if (seq < 0) continue;
      expect(seq).toBeGreaterThan(last);
      expect(now - (17 + (seq - 3 + 1) * 100)).toBeLessThan(100);
      last = seq;
    }
  }));
});
