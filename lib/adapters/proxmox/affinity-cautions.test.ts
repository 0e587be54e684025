import { describe, expect, test } from 'vitest';
import type { HaPlacementRule, HaResource } from '../../platforms/proxmox/requests/ha.ts';
import { affinityCautions, awaitedByAffinity } from './affinity-cautions.ts';
import type { AffinityGround } from './affinity-cautions.ts';
import { environment } from './testing.ts';

const service = (sid: string, node: string, state = 'started') => ({ sid, node, state });
const resource = (sid: string, changes: Partial<HaResource> = {}): HaResource => ({ sid, state: 'started', group: null, maxRestart: 1, maxRelocate: 1, failback: null, comment: '', ...changes });
const rule = (affinity: 'positive' | 'negative', ...sids: string[]): HaPlacementRule => ({ name: affinity === 'positive' ? 'pair' : 'away', kind: 'resource-affinity', sids, nodes: {}, strict: false, failback: null, affinity });
const onTwoNodes: HaPlacementRule = { name: 'here', kind: 'node-affinity', sids: ['vm:100'], nodes: { pve1: 0, pve2: 0 }, strict: true, failback: null };

const ground = (changes: Partial<AffinityGround> = {}): AffinityGround => ({ rules: [], services: [service('vm:100', 'pve1'), service('vm:101', 'pve2')], online: ['pve1', 'pve2', 'pve3'], guests: environment.guests, ...changes });
const cautions = (resources: readonly HaResource[], changes: Partial<AffinityGround>, unprotectedGuests: 'allow' | 'refuse' = 'refuse') => affinityCautions(resources, ground(changes), { unprotectedGuests });
const moving = (found: ReturnType<typeof cautions>) => found.filter(({ faults }) => faults.includes('live-migration'));
const losing = (found: ReturnType<typeof cautions>) => found.filter(({ faults }) => faults.includes('node-power')).map(({ node, why }) => [node, why]);

describe('a guest that is kept apart from another one (negative)', () => {
  const rules = [rule('negative', 'vm:100', 'vm:101')];

  test('is not to be moved to where that one is, and nothing else stands against moving it', () => {
    expect(moving(cautions([resource('vm:100')], { rules }))).toEqual([{ faults: ['live-migration', 'container-migration'], node: null, guest: 'web', to: 'pve2', why: 'HA keeps web apart from vm:101, which is on pve2 (away)', remedy: expect.stringContaining('ha-manager rules set resource-affinity away --disable 1') as string }]);
  });

  test.each([
    ['HA ignores the other one', { services: [service('vm:100', 'pve1'), service('vm:101', 'pve2', 'ignored')] }],
    ['the other one is on a node that is away', { online: ['pve1', 'pve3'] }],
    ['the rule is not about it', { rules: [rule('negative', 'vm:101', 'vm:102')] }],
  ])('may go anywhere where %s', (_what, changes) => {
    expect(moving(cautions([resource('vm:100')], { rules, ...changes }))).toEqual([]);
  });

  test('has somewhere to go when its node is lost, as long as one node is without such a guest', () => {
    expect(losing(cautions([resource('vm:100')], { rules }))).toEqual([]);
  });

  test('would stay in recovery where every other node has one: that node is not to be lost', () => {
    const spread = { rules: [rule('negative', 'vm:100', 'vm:101', 'ct:200')], services: [service('vm:100', 'pve1'), service('vm:101', 'pve2'), service('ct:200', 'pve3')] };
    const found = cautions(['vm:100', 'vm:101', 'ct:200'].map((sid) => resource(sid)), spread);
    expect(losing(found)).toEqual([
      ['pve1', 'without pve1 HA would find web no other node: it keeps it apart from vm:101 on pve2, ct:200 on pve3 (away), and would leave it in recovery'],
      ['pve2', expect.stringContaining('would find vm:101 no other node') as string],
      ['pve3', expect.stringContaining('would find ct:200 no other node') as string],
    ]);
    expect(found.find(({ node }) => node === 'pve1')?.faults).toEqual(['node-power', 'node-shutdown', 'network-partition', 'maintenance']);
    // Strangers may be let go down.
    expect(losing(cautions(['vm:100', 'vm:101', 'ct:200'].map((sid) => resource(sid)), spread, 'allow')).map(([node]) => node)).toEqual(['pve1']);
  });

  test('would stay in recovery where a strict rule leaves it only the node of the other one', () => {
    expect(losing(cautions([resource('vm:100')], { rules: [...rules, onTwoNodes] }))).toEqual([['pve1', expect.stringContaining('and here leaves it no more nodes') as string]]);
  });

  test('has a place where the other one does not run', () => {
    const services = [service('vm:100', 'pve1'), service('vm:101', 'pve2', 'stopped')];
    expect(losing(cautions([resource('vm:100')], { rules: [...rules, onTwoNodes], services }))).toEqual([]);
  });
});

describe('a guest that is kept together with another one (positive)', () => {
  const rules = [rule('positive', 'vm:100', 'vm:101')];
  const services = [service('vm:100', 'pve1'), service('vm:101', 'pve1')];

  test('is not to be moved at all: HA would move the other one along, which nobody allowed', () => {
    const found = moving(cautions([resource('vm:100')], { rules, services }));
    expect(found).toEqual([{ faults: ['live-migration', 'container-migration'], node: null, guest: 'web', why: expect.stringContaining('HA moves vm:101 along with web (pair keeps them together)') as string, remedy: expect.stringContaining('resource-affinity pair --disable 1') as string }]);
    expect(found[0]).not.toHaveProperty('to');
  });

  test('is moved alone where HA ignores the other one', () => {
    expect(moving(cautions([resource('vm:100')], { rules, services: [service('vm:100', 'pve1'), service('vm:101', 'pve1', 'ignored')] }))).toEqual([]);
  });

  test('is recovered with it, so that its node may be lost', () => {
    expect(losing(cautions([resource('vm:100'), resource('vm:101')], { rules, services }))).toEqual([]);
  });

  test('is kept off the nodes that the other one is kept off', () => {
    const found = moving(cautions([resource('vm:100')], { rules: [...rules, rule('negative', 'vm:101', 'ct:200')], services: [...services, service('ct:200', 'pve3')] }));
    expect(found.map(({ to }) => to)).toEqual([undefined, 'pve3']);
  });
});

test('a guest that is not to run, and a rule about strangers, stand against nothing', () => {
  expect(cautions([resource('vm:100', { state: 'stopped' })], { rules: [rule('negative', 'vm:100', 'vm:101')] })).toEqual([]);
  expect(moving(cautions([resource('vm:101'), resource('vm:102')], { rules: [rule('positive', 'vm:101', 'vm:102')] }))).toEqual([]);
});

describe('two that are not as a rule wants them to each other are about to be moved', () => {
  const awaited = (rules: readonly HaPlacementRule[], services: AffinityGround['services'], resources: readonly HaResource[] = []) => awaitedByAffinity(resources, ground({ rules, services }));

  test('together, when they are on two nodes', () => {
    const split = [service('vm:100', 'pve1'), service('vm:101', 'pve2')];
    expect(awaited([rule('positive', 'vm:100', 'vm:101')], split)).toEqual(['web: HA is to bring it from pve1 and vm:101 from pve2 together (pair)']);
    // With failback off for both, each stays where it is.
    const still = ['vm:100', 'vm:101'].map((sid) => resource(sid, { failback: false }));
    expect(awaited([rule('positive', 'vm:100', 'vm:101')], split, still)).toEqual([]);
    expect(awaited([rule('positive', 'vm:100', 'vm:101')], split, still.slice(1))).toHaveLength(1);
  });

  test('apart, when they are on one node', () => {
    expect(awaited([rule('negative', 'vm:100', 'vm:101')], [service('vm:100', 'pve1'), service('vm:101', 'pve1')])).toEqual(['web: HA is to take it and vm:101 apart, both on pve1 (away)']);
  });

  test('nothing, when they are as they should be, on their way, or stopped', () => {
    expect(awaited([rule('positive', 'vm:100', 'vm:101'), rule('negative', 'vm:100', 'ct:200')], [service('vm:100', 'pve1'), service('vm:101', 'pve1'), service('ct:200', 'pve2')])).toEqual([]);
    expect(awaited([rule('positive', 'vm:100', 'vm:101')], [service('vm:100', 'pve1'), service('vm:101', 'pve2', 'migrate')])).toEqual([]);
    expect(awaited([rule('negative', 'vm:100', 'vm:101')], [service('vm:100', 'pve1'), service('vm:101', 'pve1', 'stopped')])).toEqual([]);
  });
});
