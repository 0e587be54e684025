import { describe, expect, test } from 'vitest';
import type { ClusterMembership } from '../../platforms/proxmox/requests/cluster.ts';
import { haResources, haRules } from '../../platforms/proxmox/requests/ha.ts';
import type { HaPlacementRule, HaResource } from '../../platforms/proxmox/requests/ha.ts';
import { recordedData } from '../../platforms/proxmox/testing/recorded.ts';
import { awaitedMoves, placementCautions } from './placement-cautions.ts';
import { environment } from './testing.ts';

const membership = (...away: string[]): ClusterMembership => ({ name: 'lab', quorate: true, nodes: ['pve1', 'pve2', 'pve3'].map((name) => ({ name, id: 1, online: !away.includes(name), local: false, address: null })) });
const resource: HaResource = { sid: 'vm:100', state: 'started', group: null, maxRestart: 1, maxRelocate: 1, failback: null, comment: '' };
const rule: HaPlacementRule = { name: 'keep', kind: 'node-affinity', sids: ['vm:100'], nodes: { pve1: 0 }, strict: true, failback: null };

const told = (of: readonly HaResource[], by: readonly HaPlacementRule[], { nodes = membership(), policy = environment.policy } = {}) => placementCautions(of, by, nodes, { guests: environment.guests, policy }).map(({ faults, node, guest, to, why }) => (to === undefined ? [faults[0], node, guest, why] : [faults[0], node, guest, why, to]));
/** What stands against single ways is told apart. */
const losses = (...given: Parameters<typeof told>) => told(...given).filter((each) => each.length === 4);

test('the recorded rule, which prefers one node and takes the guest back to it, speaks against moving it to any other', () => {
  const found = placementCautions(haResources().answer.parse(recordedData('ha-resources')), haRules().answer.parse(recordedData('ha-rules')), membership(), environment);
  expect(found).toEqual(['pve2', 'pve3'].map((to) => ({ faults: ['live-migration', 'container-migration'], node: null, guest: 'web', to, why: 'HA wants web on pve1 (keep1), and takes it back by itself from wherever else it is moved to', remedy: expect.stringContaining('--failback 0') as string })));
});

describe('a guest that may run on one node alone', () => {
  const nowhere = ['node-power', 'pve1', undefined, 'web may run on pve1 alone (keep, strict), and of these only pve1 is there: HA would find it no other node, and leave it in recovery'];
  const still = { ...resource, failback: false };

  test('speaks against the loss of that node', () => {
    expect(losses([still], [rule])).toEqual([nowhere]);
    expect(losses([{ ...still, group: 'keep' }], [{ ...rule, kind: 'group', sids: [] }])).toEqual([nowhere]);
  });

  test('or on two, one of which is away', () => {
    const two = { ...rule, nodes: { pve1: 0, pve2: 0 } };
    expect(losses([still], [two])).toEqual([]);
    expect(losses([still], [two], { nodes: membership('pve2') })).toEqual([[...nowhere.slice(0, 3), 'web may run on pve1, pve2 alone (keep, strict), and of these only pve1 is there: HA would find it no other node, and leave it in recovery']]);
  });

  test.each<[string, readonly HaResource[], readonly HaPlacementRule[]]>([
    ['the rule is not strict', [still], [{ ...rule, strict: false }]],
    ['the rule is about another guest', [still], [{ ...rule, sids: ['vm:101'] }]],
    ['the rule says which guests belong together', [still], [{ ...rule, kind: 'resource-affinity' }]],
    ['the group is not its own', [{ ...still, group: 'other' }], [{ ...rule, kind: 'group', sids: [] }]],
    ['it is not to run', [{ ...still, state: 'stopped' }], [rule]],
  ])('speaks against nothing where %s', (_what, resources, rules) => {
    expect(losses(resources, rules)).toEqual([]);
  });

  test('is not to be moved off it, though failback is off', () => {
    const alone = (to: string) => ['live-migration', null, 'web', 'web may run on pve1 alone (keep, strict)', to];
    expect(told([still], [rule]).filter((each) => each.length === 5)).toEqual([alone('pve2'), alone('pve3')]);
  });

  test('is a stranger: his guests may be let go down', () => {
    const [resources, rules] = [[{ ...still, sid: 'ct:300' }], [{ ...rule, sids: ['ct:300'] }]];
    expect(losses(resources, rules)).toEqual([[...nowhere.slice(0, 3), expect.stringContaining('ct:300 may run on pve1 alone')]]);
    expect(losses(resources, rules, { policy: { ...environment.policy, unprotectedGuests: 'allow' } })).toEqual([]);
  });
});

describe('a guest that HA takes back', () => {
  const prefers = { ...rule, strict: false, nodes: { pve1: 2, pve2: 1 } };
  const back = (home: string, ...from: string[]) => from.map((to) => ['live-migration', null, 'web', `HA wants web on ${home} (keep), and takes it back by itself from wherever else it is moved to`, to]);

  test.each<[string, HaResource, HaPlacementRule, unknown[]]>([
    ['to the best node', { ...resource, failback: true }, prefers, back('pve1', 'pve2', 'pve3')],
    ['to one of the best: between these it may be moved', resource, { ...prefers, nodes: { pve1: 1, pve2: 1 } }, back('pve1, pve2', 'pve3')],
    ['not, where failback is off', { ...resource, failback: false }, prefers, []],
    ['not, where all nodes are as good', resource, { ...prefers, nodes: { pve1: 0, pve2: 0, pve3: 0 } }, []],
    ['by its group, before PVE 9', { ...resource, group: 'keep' }, { ...prefers, kind: 'group', sids: [], failback: true }, back('pve1', 'pve2', 'pve3')],
    ['not, where its group has none', { ...resource, group: 'keep' }, { ...prefers, kind: 'group', sids: [], failback: false }, []],
  ])('%s', (_what, of, by, expected) => {
    expect(told([of], [by])).toEqual(expected);
  });

  test('to the second best, while the best is away; anywhere, while all of them are', () => {
    expect(told([resource], [prefers], { nodes: membership('pve1') })).toEqual(back('pve2', 'pve3'));
    expect(told([resource], [prefers], { nodes: membership('pve1', 'pve2') })).toEqual([]);
  });
});

describe('a guest that is away from where HA wants it', () => {
  const nodes = (...drained: string[]) => ['pve1', 'pve2', 'pve3'].map((name) => ({ name, online: name !== 'pve3', unclean: false, drained: drained.includes(name), role: 'worker' as const, clockOffset: null }));
  const on = (assignedTo: string, haState: 'started' | 'migrating' = 'started') => [{ name: 'web', kind: 'vm' as const, haManaged: true, haState, assignedTo, runningOn: [assignedTo] }];
  const prefers = { ...rule, strict: false, nodes: { pve1: 2, pve2: 1, pve3: 3 } };

  test.each<[string, HaResource, Parameters<typeof awaitedMoves>[2], string[]]>([
    ['will be taken there', resource, { nodes: nodes(), guests: on('pve2') }, ['web: HA is to take it from pve2 to pve1 (keep)']],
    ['is on its way already, and told as such', resource, { nodes: nodes(), guests: on('pve2', 'migrating') }, []],
    ['is there', resource, { nodes: nodes(), guests: on('pve1') }, []],
    ['stays without failback', { ...resource, failback: false }, { nodes: nodes(), guests: on('pve2') }, []],
    ['stays while the node there takes none', resource, { nodes: nodes('pve1'), guests: on('pve2') }, []],
    ['stays while none of the nodes there is', resource, { nodes: nodes('pve1', 'pve2'), guests: on('pve2') }, []],
  ])('%s', (_what, of, snapshot, expected) => {
    expect(awaitedMoves([of], [prefers], snapshot, environment.guests)).toEqual(expected);
  });

  test('stays while a guest that it is kept apart from is there', () => {
    const apart: HaPlacementRule = { name: 'away', kind: 'resource-affinity', sids: ['vm:100', 'vm:101'], nodes: {}, strict: false, failback: null, affinity: 'negative' };
    const other = { sid: 'vm:101', node: 'pve1', state: 'started' };
    const given = [[resource], [prefers, apart], { nodes: nodes(), guests: on('pve2') }, environment.guests] as const;
    expect(awaitedMoves(...given, [other])).toEqual([]);
    expect(awaitedMoves(...given, [{ ...other, node: 'pve2' }])).toHaveLength(1);
  });
});
