import { expect, test } from 'vitest';
import type { RowName } from '../record/types.ts';
import { inventedEnvironment } from '../safety/invented-cluster.ts';
import type { RegisteredRow } from './row.ts';
import { select } from './selection.ts';
import type { Wish } from './selection.ts';

const environment = inventedEnvironment();

function row(name: RowName, per: 'guest' | 'cluster', gate = true, more: Partial<RegisteredRow> = {}): [RowName, RegisteredRow] {
  return [name, { ...more, row: name, title: name, per, needs: [], gate, expectedMs: 1, deadlineMs: 1, prepare: () => ({ preparation: { target: { node: null, role: null, disk: null }, faults: [], permissions: [], steps: [] }, run: async () => undefined }) }];
}

const rows = new Map([row('disk-removal', 'cluster'), row('node-failure', 'guest'), row('cluster-health', 'cluster', false), row('live-migration', 'guest')]);

function ids(wish: Partial<Wish>): string[] {
  return select({ profile: null, suites: [], guests: [], repeat: null, ...wish }, environment, rows).scenarios.map((scenario) => scenario.id);
}

test('without a wish every row once, in the order of the matrix, every guest', () => {
  expect(ids({})).toEqual(['cluster-health.cluster.r1', 'live-migration.dns.r1', 'live-migration.web.r1', 'node-failure.dns.r1', 'node-failure.web.r1', 'disk-removal.cluster.r1']);
});

test('the demo fails the node of one guest only', () => {
  expect(ids({ profile: 'demo' })).toEqual(['cluster-health.cluster.r1', 'live-migration.dns.r1', 'live-migration.web.r1', 'node-failure.web.r1', 'disk-removal.cluster.r1']);
});

test('suites, guests and repeats narrow it; read-only rows are not repeated', () => {
  expect(ids({ suites: ['node-failure', 'cluster-health'], guests: ['dns'], repeat: 2 })).toEqual(['cluster-health.cluster.r1', 'node-failure.dns.r1', 'node-failure.dns.r2']);
});

test('each variant of a row is a scenario of its own, repeated by itself', () => {
  const withVariants = new Map([row('node-failure', 'guest', true, { variants: ['worker', 'coordinator'] }), row('cluster-health', 'cluster', false)]);
  const { scenarios } = select({ profile: null, suites: ['node-failure'], guests: ['web'], repeat: 2 }, environment, withVariants);
  expect(scenarios.map(({ id, variant, repeat }) => [id, variant, repeat])).toEqual([
    ['node-failure.web.worker.r1', 'worker', 1],
    ['node-failure.web.worker.r2', 'worker', 2],
    ['node-failure.web.coordinator.r1', 'coordinator', 1],
    ['node-failure.web.coordinator.r2', 'coordinator', 2],
  ]);
});

test('a row about one kind of guests takes those alone, and one scenario is left of it where there is none, to say so', () => {
  const ofKind = (guests: typeof environment.guests, ...named: string[]): string[] => select({ profile: null, suites: [], guests: named, repeat: null }, { ...environment, guests }, new Map([row('live-migration', 'guest', true, { kind: 'vm' }), row('container-migration', 'guest', true, { kind: 'container' })])).scenarios.map(({ id }) => id);
  const [dns, web] = environment.guests;
  if (dns === undefined || web === undefined) throw new Error('the invented environment has two guests');
  expect(ofKind([dns, { ...web, kind: 'container' }])).toEqual(['live-migration.dns.r1', 'container-migration.web.r1']);
  expect(ofKind([dns, { ...web, kind: 'container' }], 'dns')).toEqual(['live-migration.dns.r1']);
  expect(ofKind([dns, web])).toEqual(['live-migration.dns.r1', 'live-migration.web.r1', 'container-migration.cluster.r1']);
});

test('the demo takes one variant of a power loss only', () => {
  const withVariants = new Map([row('node-failure', 'guest', true, { variants: ['worker', 'coordinator'] })]);
  const ofProfile = (profile: string): string[] => select({ profile, suites: [], guests: [], repeat: null }, environment, withVariants).scenarios.map(({ id }) => id);
  expect(ofProfile('demo')).toEqual(['node-failure.web.worker.r1']);
  expect(ofProfile('gate')).toHaveLength(4);
});

test('the quick profile moves one guest only', () => {
  expect(ids({ profile: 'smoke' })).toEqual(['cluster-health.cluster.r1', 'live-migration.web.r1']);
});

test.each<{ what: string; wish: Partial<Wish>; says: RegExp }>([
  { what: 'profile', wish: { profile: 'quick' }, says: /no profile "quick".*demo, smoke, gate, nightly/ },
  { what: 'suite', wish: { suites: ['backup'] }, says: /no suite "backup".*disk-removal/ },
  { what: 'guest', wish: { guests: ['mail'] }, says: /no guest "mail".*dns, web/ },
])('an unknown $what is answered with those that exist', ({ wish, says }) => {
  expect(() => ids(wish)).toThrow(says);
});
