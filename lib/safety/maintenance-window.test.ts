import { expect, test } from 'vitest';
import { insideWindow, windowRestMs } from './maintenance-window.ts';

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

test.each([
  { windows: ['22:00-05:00'], at: '23:30', minutes: 330 },
  { windows: ['22:00-05:00'], at: '04:59', minutes: 1 },
  { windows: ['22:00-05:00'], at: '12:00', minutes: 0 },
  { windows: ['09:00-10:00', '10:00-11:00', '10:30-12:00'], at: '09:30', minutes: 150 },
  { windows: ['00:00-12:00', '12:00-00:00'], at: '09:30', minutes: Infinity },
])('at $at $windows are open for $minutes min more', ({ windows, at, minutes }) => {
  expect(windowRestMs(windows, new Date(`2026-11-21T${at}:00`)) / 60_000).toBe(minutes);
});
