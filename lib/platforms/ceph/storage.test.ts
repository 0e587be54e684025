import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readAnswers } from './commands.ts';
import { storageState } from './storage.ts';

// Recorded from the embedded lab (Debian 12, Ceph 16.2.15): the answers to the three questions on one client's standard input.
const recorded = (name: string) => readAnswers(readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8'));
const healthy = recorded('healthy.txt');

test('reads a healthy cluster', () => {
  expect(storageState(healthy)).toEqual({
    name: 'ceph', healthy: true, redundant: true, redundancyShare: 1, serving: true, repairing: false, copies: { wanted: 3, minimum: 2 }, warnings: [], detail: [],
    disks: [0, 1, 2].map((index) => ({ id: `osd.${index}`, node: `n${index + 1}`, up: true, inUse: true })),
  });
});

test('sees a disk that is gone, and tells degraded from not serving', () => {
  const gone = { id: 'osd.1', node: 'n2', up: false, inUse: true };
  const peering = storageState(recorded('peering.txt'));
  expect(peering).toMatchObject({ healthy: false, redundant: false, redundancyShare: 0, serving: false });
  expect(peering.disks).toContainEqual(gone);
  const degraded = storageState(recorded('degraded.txt'));
  expect(degraded).toMatchObject({ healthy: false, redundant: false, redundancyShare: 0, serving: true });
  expect(degraded.disks).toContainEqual(gone);
  expect(degraded.detail.join('; ')).toMatch(/1 osds down.*8\/24 objects degraded/);
  expect(storageState(recorded('node-down.txt'))).toMatchObject({ healthy: false, serving: true, redundant: false, detail: expect.arrayContaining(['MON_DOWN: 1/3 mons down, quorum n1,n3']) as string[] });
});

// Invented from the recorded answer: the states that the lab does not show on demand.
function withGroups(states: Record<string, number>, more: object = {}, checks: object = {}) {
  const { status, ...rest } = structuredClone(healthy) as { status: { pgmap: object; health: object }; tree: unknown; pools: unknown };
  const pgs_by_state = Object.entries(states).map(([state_name, count]) => ({ state_name, count }));
  return storageState({ ...rest, status: { ...status, health: { ...status.health, checks }, pgmap: { ...status.pgmap, num_pgs: 9, pgs_by_state, ...more } } });
}

test.each([
  ['scrubbing is no lack', { 'active+clean': 8, 'active+clean+scrubbing+deep': 1 }, { redundant: true, redundancyShare: 1, serving: true, repairing: false }],
  ['undersized groups lack copies and serve', { 'active+clean': 6, 'active+undersized+degraded': 3 }, { redundant: false, redundancyShare: 6 / 9, serving: true, repairing: false }],
  ['backfilling groups are repaired', { 'active+clean': 8, 'active+undersized+degraded+remapped+backfilling': 1 }, { redundant: false, serving: true, repairing: true }],
  ['remapped groups have their copies where they do not belong', { 'active+clean': 8, 'active+clean+remapped': 1 }, { redundant: false, serving: true }],
  ['peering groups do not serve', { 'active+clean': 8, peering: 1 }, { redundant: false, serving: false }],
  ['groups below their minimum do not serve', { 'active+clean': 8, 'undersized+degraded+peered': 1 }, { redundant: false, serving: false }],
  ['groups that nobody reported on are not known to serve', { 'active+clean': 8 }, { redundant: false, redundancyShare: 8 / 9, serving: false }],
])('%s', (_what, states, expected) => {
  expect(withGroups(states)).toMatchObject(expected);
});

test('counts objects when they tell more than groups', () => {
  expect(withGroups({ 'active+clean': 9 }, { misplaced_objects: 5, misplaced_total: 20 })).toMatchObject({ redundant: false, redundancyShare: 0.75 });
});

test('stuck requests mean that it does not serve', () => {
  const checks = { SLOW_OPS: { severity: 'HEALTH_WARN', summary: { message: '3 slow ops' } } };
  expect(withGroups({ 'active+clean': 9 }, {}, checks)).toMatchObject({ healthy: false, serving: false, warnings: [], detail: ['SLOW_OPS: 3 slow ops'] });
});

test('refuses an answer that is not whole', () => {
  expect(() => readAnswers('\n{"health":{}}\n')).toThrow(/three JSON documents/);
  expect(() => storageState({ status: {}, tree: {}, pools: [] })).toThrow(/health/);
});
