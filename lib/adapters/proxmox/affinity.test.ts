import { describe, expect, test } from 'vitest';
import type { HaPlacementRule } from '../../platforms/proxmox/requests/ha.ts';
import { affinityOf } from './affinity.ts';

const rule = (name: string, affinity: 'positive' | 'negative', ...sids: string[]): HaPlacementRule => ({ name, kind: 'resource-affinity', sids, nodes: {}, strict: false, failback: null, affinity });
const told = (sid: string, ...rules: HaPlacementRule[]) => {
  const { together, apart } = affinityOf(sid, rules);
  return { together: Object.fromEntries(together), apart: Object.fromEntries(apart) };
};

describe('rules about services among each other, as HA compiles them', () => {
  test('what is kept together, and what is kept apart, each by its rule', () => {
    expect(told('vm:100', rule('pair', 'positive', 'vm:101', 'vm:100'), rule('away', 'negative', 'vm:100', 'ct:200', 'vm:103'))).toEqual({ together: { 'vm:101': 'pair' }, apart: { 'ct:200': 'away', 'vm:103': 'away' } });
  });

  test('rules that share a service make one group', () => {
    expect(told('vm:100', rule('b', 'positive', 'vm:101', 'vm:102'), rule('a', 'positive', 'vm:100', 'vm:101')).together).toEqual({ 'vm:101': 'a', 'vm:102': 'b' });
  });

  test('what is kept apart from one of a group is kept apart from all of it', () => {
    expect(told('vm:100', rule('pair', 'positive', 'vm:100', 'vm:101'), rule('away', 'negative', 'vm:101', 'vm:103'))).toEqual({ together: { 'vm:101': 'pair' }, apart: { 'vm:103': 'away' } });
    expect(told('vm:103', rule('pair', 'positive', 'vm:100', 'vm:101'), rule('away', 'negative', 'vm:101', 'vm:103')).apart).toEqual({ 'vm:101': 'away' });
  });

  test('rules of others, and rules about nodes, say nothing', () => {
    expect(told('vm:100', rule('others', 'positive', 'vm:1', 'vm:2'), { name: 'nodes', kind: 'node-affinity', sids: ['vm:100', 'vm:101'], nodes: { pve1: 0 }, strict: true, failback: null })).toEqual({ together: {}, apart: {} });
  });
});
