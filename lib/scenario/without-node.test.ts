import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../adapters/hypervisor.ts';
import { inventedEnvironment, inventedSnapshot } from '../safety/invented-cluster.ts';
import { nodeOfRole } from './bring.ts';
import { Blocked } from './outcome.ts';
import { judgeRoles, judgeUndisturbed, nodeToReturn } from './without-node.ts';
import type { Whereabouts } from './without-node.ts';

const environment = inventedEnvironment();
const allowing = (...nodes: string[]) => ({ ...environment, allow: { ...environment.allow, nodes } });

describe('the node that returns', () => {
  test('is a worker without guests where there is one', () => {
    // n1 coordinates, both guests are on n2.
    expect(nodeToReturn(environment, inventedSnapshot())).toBe('n3');
  });

  test('is one that may be touched', () => {
    expect(nodeToReturn(allowing('n2', 'n1'), inventedSnapshot())).toBe('n1');
    expect(() => nodeToReturn(allowing(), inventedSnapshot())).toThrow(Blocked);
  });
});

describe('the node of a role', () => {
  test('is the guest\'s own where it has the role, else another that may be touched', () => {
    expect(nodeOfRole(environment, inventedSnapshot(), 'n2', 'worker')).toBe('n2');
    expect(nodeOfRole(environment, inventedSnapshot(), 'n2', 'coordinator')).toBe('n1');
    expect(nodeOfRole(environment, inventedSnapshot(), 'n1', 'worker')).toBe('n2');
    expect(nodeOfRole(allowing('n1', 'n3'), inventedSnapshot(), 'n1', 'worker')).toBe('n3');
  });

  test('is none when no such node may be touched, which is said with the way out', () => {
    expect(() => nodeOfRole(allowing('n2', 'n3'), inventedSnapshot(), 'n2', 'coordinator')).toThrow(/coordinator.*n1.*allow\.nodes/);
  });
});

function said(judge: (expect: (title: string, ok: boolean | null) => void) => void): (boolean | null)[] {
  const found: (boolean | null)[] = [];
  judge((_, ok) => found.push(ok));
  return found;
}

const at = (place: string | null, boot: string | null): Whereabouts => new Map([['web', { place, boot }]]);

test.each<{ what: string; after: Whereabouts; ok: boolean | null }>([
  { what: 'stayed', after: at('n2', 'one'), ok: true },
  { what: 'was moved while it ran', after: at('n3', 'one'), ok: true },
  { what: 'was started anew', after: at('n2', 'two'), ok: false },
  { what: 'is gone', after: at('', null), ok: false },
  { what: 'runs twice', after: at('n2 and n3', 'one'), ok: false },
  { what: 'did not say its boot', after: at('n2', null), ok: null },
  { what: 'could not be found, because a node did not answer,', after: at(null, 'one'), ok: null },
  { what: 'was started anew somewhere', after: at(null, 'two'), ok: false },
])('a guest that $what was left undisturbed by a return: $ok', ({ after, ok }) => {
  expect(said((expectation) => judgeUndisturbed({ expect: expectation, mark: () => undefined }, at('n2', 'one'), after))).toEqual([ok]);
});

const withRoles = (...roles: Snapshot['nodes'][number]['role'][]): Snapshot => inventedSnapshot({ nodes: inventedSnapshot().nodes.map((node, index) => ({ ...node, role: roles[index] ?? 'worker' })) });

test.each<{ what: string; snapshot: Snapshot; ok: boolean | null }>([
  { what: 'one coordinates', snapshot: withRoles('coordinator', 'worker', 'worker'), ok: true },
  { what: 'none coordinates', snapshot: withRoles('worker', 'worker', 'worker'), ok: false },
  { what: 'two coordinate', snapshot: withRoles('coordinator', 'coordinator', 'worker'), ok: false },
  { what: 'nobody can tell', snapshot: inventedSnapshot({ quorate: null }), ok: null },
])('roles where $what are settled: $ok', ({ snapshot, ok }) => {
  expect(said((expectation) => judgeRoles({ expect: expectation }, snapshot))).toEqual([ok]);
});
