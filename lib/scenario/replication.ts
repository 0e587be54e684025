import type { Replica } from '../adapters/outcomes.ts';
import { Blocked } from './outcome.ts';
import type { Scenario } from './scenario.ts';

/**
 * Judges every replica that was read by what the platform found of it. That there is none where the platform said it replicates
 * proves nothing. Throws Blocked where this version cannot read replicas.
 */
export async function judgeReplicas(scenario: Pick<Scenario, 'expect' | 'evidence'>, replicas: readonly Replica[] | undefined): Promise<void> {
  if (replicas === undefined) throw new Blocked('The platform replicates guests, and this version of the tool cannot read how old a replica is: nothing was done. See CHANGELOG.md for what newer versions do.');
  scenario.evidence('The replicas as the platform told of them', 'replicas.json', 'application/json', JSON.stringify(replicas, null, 2));
  if (replicas.length === 0) scenario.expect('there is a replica', null, 'no node tells of one now, though one was told of when the run began');
  for (const { guest, from, to, findings } of replicas) for (const { title, ok, detail } of findings) scenario.expect(`${guest}, from ${from} to ${to}: ${title}`, ok, detail);
}
