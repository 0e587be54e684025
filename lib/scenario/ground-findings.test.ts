import { expect, test } from 'vitest';
import type { EventBody, RowName, RunEvent } from '../record/types.ts';
import { groundFindings } from './ground-findings.ts';

const target = { node: null, role: null, disk: null };

function started(row: RowName): EventBody {
  return { kind: 'scenario-started', scenario: `${row}.cluster.r1`, row, guest: null, repeat: 1, title: row, fault: null, target };
}

function expectation(row: RowName, ok: boolean | null, common = false): EventBody {
  return { kind: 'expectation', scenario: `${row}.cluster.r1`, title: 'node n2 is up', ok, detail: 'offline', common };
}

function found(...bodies: EventBody[]): ReturnType<typeof groundFindings> {
  return groundFindings(bodies.map((body, index): RunEvent => ({ ...body, t: index, wall: '' })));
}

test('what cluster-health found amiss or could not tell is found', () => {
  expect(found(started('cluster-health'), expectation('cluster-health', true), expectation('cluster-health', false), expectation('cluster-health', null))).toEqual([{ row: 'cluster-health', found: ['node n2 is up - offline', 'node n2 is up - cannot tell: offline'] }]);
});

test('what prerequisites found is found beside it', () => {
  expect(found(started('cluster-health'), expectation('cluster-health', true), started('prerequisites'), expectation('prerequisites', false))).toEqual([{ row: 'prerequisites', found: ['node n2 is up - offline'] }]);
});

test('what other rows found, or every row expects, is not its finding', () => {
  expect(found(started('cluster-health'), expectation('cluster-health', false, true), started('disk-removal'), expectation('disk-removal', false))).toEqual([]);
  expect(found(started('disk-removal'), expectation('disk-removal', false))).toEqual([]);
});
