import { expect, test } from 'vitest';
import type { Replica } from '../adapters/outcomes.ts';
import { judgeReplicas } from './replication.ts';

async function judged(replicas: readonly Replica[] | undefined): Promise<[string, boolean | null][]> {
  const found: [string, boolean | null][] = [];
  await judgeReplicas({ expect: (title, ok) => void found.push([title, ok]), evidence: () => undefined }, replicas);
  return found;
}

const replica: Replica = { guest: 'web', from: 'n1', to: 'n2', ageMs: 1000, findings: [{ title: 'it is current', ok: true, detail: '' }, { title: 'n2 has its disks', ok: null, detail: '' }] };

test('every finding of every replica is an expectation, with its guest and its way', async () => {
  expect(await judged([replica])).toEqual([['web, from n1 to n2: it is current', true], ['web, from n1 to n2: n2 has its disks', null]]);
});

test('that none is told of any more is no pass', async () => {
  expect(await judged([])).toEqual([['there is a replica', null]]);
});

test('a platform that replicates and cannot be asked blocks the row', async () => {
  await expect(judged(undefined)).rejects.toThrow(/cannot read how old a replica is/);
});
