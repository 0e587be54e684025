import { expectedFailover, failoverSettings } from '../../platforms/hyperv/expected-failover.ts';
import type { ClusterReading, ClusterView } from '../../platforms/hyperv/readings.ts';
import type { Snapshot } from '../hypervisor.ts';

/** A tiny guest is up in this time; what is printed says that the guest's own boot comes on top, ms. */
const seconds = (ms: number): string => (ms / 1000).toFixed(0);

/**
 * Votes as dynamic quorum counts them. The witness counts where the cluster gives it a weight now; it has one present only while it is online.
 */
export function votesOf(view: ClusterView, { quorum: { witness } }: Pick<ClusterReading, 'quorum'>): NonNullable<Snapshot['votes']> {
  const ofWitness = witness?.weight ?? 0;
  const expected = view.nodes.reduce((sum, { weight }) => sum + weight, 0) + ofWitness;
  const members = view.nodes.filter(({ state }) => state === 'Up' || state === 'Paused');
  const present = members.reduce((sum, { dynamicWeight }) => sum + dynamicWeight, 0) + (witness?.state === 'Online' ? ofWitness : 0);
  return { expected, present, needed: Math.floor(expected / 2) + 1, byNode: Object.fromEntries(members.map(({ name, dynamicWeight }) => [name, dynamicWeight])) };
}

/** What must be the same before and after, one line an item. Owners and states are no configuration. */
export function configurationLines({ settings, quorum, groups, guests, networks }: ClusterReading): string[] {
  return [
    ...Object.entries(settings).map(([name, value]) => `cluster ${name}=${value ?? 'not told'}`),
    `quorum ${quorum.type} witness=${quorum.witness === null ? 'none' : `${quorum.witness.name} (${quorum.witness.type})`}`,
    ...groups.map(({ name, priority, failback, threshold, resiliencyPeriod, antiAffinity }) => `role ${name} priority=${priority} failback=${failback} threshold=${threshold ?? 'not told'} resiliencyPeriod=${resiliencyPeriod ?? 'not told'} antiAffinity=${antiAffinity}`),
    ...guests.map(({ group, resource, id, restartAction }) => `machine ${id} role=${group} resource=${resource} restartAction=${restartAction}`),
    ...networks.map(({ name, role }) => `network ${name} role=${role}`),
  ].toSorted();
}

/** The settings that explain timings, and what they make one expect of a power loss: printed beside what was measured. */
export function settingsOf({ settings, quorum, groups }: ClusterReading): Record<string, string> {
  const told = Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, value === null ? 'not told' : String(value)]));
  const own = groups.filter(({ resiliencyPeriod }) => resiliencyPeriod !== null && resiliencyPeriod !== settings['ResiliencyDefaultPeriod']);
  const expected = expectedFailover('power-off', failoverSettings(settings, null), 0);
  return {
    ...told,
    witness: quorum.witness === null ? 'none' : `${quorum.witness.type}, ${quorum.witness.state}`,
    ...Object.fromEntries(own.map(({ name, resiliencyPeriod }) => [`resiliency period of ${name}`, `${resiliencyPeriod} s`])),
    'expected failover after a power loss': `${seconds(expected.loMs)} to ${seconds(expected.hiMs)} s and the start of the guest: ${expected.terms.filter((term) => !term.endsWith('to start')).join('; ')}`,
  };
}
