import { expect, test } from 'vitest';
import { clusterReading, type ClusterReading, type ClusterView } from '../../platforms/hyperv/readings.ts';
import { configurationLines, settingsOf, votesOf } from './full-parts.ts';

/** Documented shape; the values are invented. The one role came as an item, as 5.1 hands a list of one over. */
const reading: ClusterReading = clusterReading.parse({
  name: 'HVCLUSTER', id: '7f2b0f5e-9a61-4f0e-8f5b-0c9e6f6f2a11',
  settings: { SameSubnetDelay: '1000', SameSubnetThreshold: '10', ResiliencyLevel: '2', ResiliencyDefaultPeriod: '240', AutoBalancerMode: null },
  quorum: { type: 'Majority', witness: { name: 'File Share Witness', type: 'File Share Witness', state: 'Online', weight: 1 } },
  guests: { group: 'web', resource: 'Virtual Machine web', id: 'a', state: 'Online', restartAction: 2 },
  groups: { name: 'web', priority: 2000, failback: 0, threshold: '4294967295', resiliencyPeriod: '10', antiAffinity: '' },
  networks: null,
  health: null,
});

const node = (name: string, state = 'Up'): ClusterView['nodes'][number] => ({ name, state, info: 0, drain: 'NotInitiated', weight: 1, dynamicWeight: 1 });

test('a witness votes where the cluster gives it a weight, and only while it is online', () => {
  const view = (nodes: ClusterView['nodes']): ClusterView => ({ nodes, groups: [] });
  expect(votesOf(view([node('hv1'), node('hv2')]), reading)).toEqual({ expected: 3, present: 3, needed: 2, byNode: { hv1: 1, hv2: 1 } });
  expect(votesOf(view([node('hv1'), node('hv2', 'Down')]), reading)).toEqual({ expected: 3, present: 2, needed: 2, byNode: { hv1: 1 } });
  expect(votesOf(view([node('hv1'), { ...node('hv2'), dynamicWeight: 0 }]), reading).byNode).toEqual({ hv1: 1, hv2: 0 });
  const offline = { quorum: { type: 'Majority', witness: { name: 'w', type: 'Disk', state: 'Offline', weight: 1 } } };
  expect(votesOf(view([node('hv1'), node('hv2', 'Down')]), offline)).toEqual({ expected: 3, present: 1, needed: 2, byNode: { hv1: 1 } });
  expect(votesOf(view([node('hv1'), node('hv2'), node('hv3', 'Paused')]), { quorum: { type: 'Majority', witness: null } })).toEqual({ expected: 3, present: 3, needed: 2, byNode: { hv1: 1, hv2: 1, hv3: 1 } });
});

test('the settings say what they make one expect, and what is not told is not made up', () => {
  const settings = settingsOf(reading);
  expect(settings['expected failover after a power loss']).toMatch(/^249 to 266 s and the start of the guest: .*240 s in which the node counts as isolated/);
  expect(settings).toMatchObject({ AutoBalancerMode: 'not told', 'resiliency period of web': '10 s', witness: 'File Share Witness, Online' });
});

test('the configuration holds what must stay, and nothing that moves', () => {
  const lines = configurationLines(reading);
  expect(lines).toEqual(lines.toSorted());
  expect(lines).toContain('machine a role=web resource=Virtual Machine web restartAction=2');
  expect(lines.join('\n')).not.toMatch(/Online/);
});
