import { expect, test } from 'vitest';
import { insideWindow } from './maintenance-window.ts';

test.each([
  { window: '22:00-05:00', at: '23:59', inside: true },
  { window: '22:00-05:00', at: '04:59', inside: true },
  { window: '22:00-05:00', at: '05:00', inside: false },
  { window: '22:00-05:00', at: '21:59', inside: false },
  { window: '09:30-11:00', at: '09:30', inside: true },
  { window: '09:30-11:00', at: '11:00', inside: false },
])('$at in $window: $inside', ({ window, at, inside }) => {
  expect(insideWindow(window, new Date(`2026-11-21T${at}:00`))).toBe(inside);
});
