import { expect, test } from 'vitest';
import type { MigrationOutcome } from '../adapters/outcomes.ts';
import { recordMigrationFigures } from './migration-figures.ts';

function recorded(changes: Partial<MigrationOutcome>): unknown[] {
  const found: unknown[] = [];
  const outcome: MigrationOutcome = { from: 'n1', to: 'n2', downtimeMs: null, totalMs: null, proof: 'none', source: 'the platform', ...changes };
  recordMigrationFigures({ measured: (name, interval, { source, fromNode, toNode }) => found.push([name, interval.lo, interval.hi, source, fromNode, toNode]) }, outcome);
  return found;
}

test('a downtime that the platform tells exactly is a point, and one that is rounded an interval that does not begin before zero', () => {
  expect(recorded({ downtimeMs: 61 })).toEqual([['platform-downtime', 61, 61, 'the platform', 'n1', 'n2']]);
  expect(recorded({ downtimeMs: 350, downtimeErrorMs: 10 })).toEqual([['platform-downtime', 340, 360, 'the platform', 'n1', 'n2']]);
  expect(recorded({ downtimeMs: 0, downtimeErrorMs: 100 })).toEqual([['platform-downtime', 0, 100, 'the platform', 'n1', 'n2']]);
});

test('further figures stand beside it with sources of their own; one that is missing has no upper end', () => {
  expect(recorded({ downtimeMs: 61, figures: [{ name: 'platform-brownout', lo: 0, hi: null, source: 'no event' }] })).toEqual([['platform-downtime', 61, 61, 'the platform', 'n1', 'n2'], ['platform-brownout', 0, null, 'no event', 'n1', 'n2']]);
});

test('a platform that tells no figure and owes none leaves nothing', () => {
  expect(recorded({})).toEqual([]);
});
