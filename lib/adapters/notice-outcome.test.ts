import { expect, test } from 'vitest';
import { noticeOutcome } from './notice-outcome.ts';

test.each<[string, string | null, string | null, string | null, boolean | null]>([
  ['created', null, 'mine', 'mine', true],
  ['created by somebody else', null, 'mine', 'other', false],
  ['not created', null, 'mine', null, null],
  ['replaced', 'old', 'new', 'new', true],
  ['taken over meanwhile', 'old', 'new', 'other', false],
  ['removed meanwhile', 'old', 'new', null, false],
  ['not replaced', 'old', 'new', 'old', null],
  ['removed', 'old', null, null, true],
  ['removed, and created anew by somebody else', 'old', null, 'other', true],
  ['not removed', 'old', null, 'old', null],
])('%s', (_what, from, to, found, outcome) => {
  expect(noticeOutcome(from, to, found)).toBe(outcome);
});
