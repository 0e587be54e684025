import { expect, test } from 'vitest';
import type { HaPlacementRule } from '../../platforms/proxmox/requests/ha.ts';
import { guestOfService, ruleOf } from './placement-rules.ts';
import { environment } from './testing.ts';

const nodes = (name: string, ...sids: string[]): HaPlacementRule => ({ name, kind: 'node-affinity', sids, nodes: { pve1: 0 }, strict: true, failback: null });
const pair: HaPlacementRule = { name: 'pair', kind: 'resource-affinity', sids: ['vm:100', 'vm:101'], nodes: {}, strict: false, failback: null, affinity: 'positive' };
const group: HaPlacementRule = { ...nodes('g1'), kind: 'group', failback: true };

test.each<[string, string | null, readonly HaPlacementRule[], string | undefined]>([
  ['its own', null, [nodes('others', 'vm:101'), nodes('own', 'vm:100')], 'own'],
  ['its group\'s, before PVE 9', 'g1', [group], 'g1'],
  ['none, in another group', 'g2', [group], undefined],
  ['that of a guest which it is kept together with', null, [pair, nodes('others', 'vm:101')], 'others'],
  ['its own before that', null, [pair, nodes('others', 'vm:101'), nodes('own', 'vm:100')], 'own'],
  ['none by a guest which it is kept apart from', null, [{ ...pair, affinity: 'negative' }, nodes('others', 'vm:101')], undefined],
])('the rule of a guest is %s', (_what, ofGroup, rules, expected) => {
  expect(ruleOf({ sid: 'vm:100', group: ofGroup }, rules)?.name).toBe(expected);
});

test('a service is the guest of the environment file with its id', () => {
  expect(['vm:100', 'ct:100', 'vm:101'].map((sid) => guestOfService(sid, environment.guests)?.name)).toEqual(['web', 'web', undefined]);
});
