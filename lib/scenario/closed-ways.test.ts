import { describe, expect, test } from 'vitest';
import type { Caution } from '../adapters/hypervisor.ts';
import { inventedEnvironment, inventedSnapshot } from '../safety/invented-cluster.ts';
import { closedWays, judgeLeftOut, leftOut, openNodes } from './closed-ways.ts';
import { loadMatrix } from './matrix.ts';
import { Blocked } from './outcome.ts';
import type { Preparation } from './row.ts';
import type { Scenario } from './scenario.ts';

const environment = inventedEnvironment();
const web = environment.guests.find(({ name }) => name === 'web') ?? expect.fail('the invented cluster has no web');
const way = (to: string, changes: Partial<Caution> = {}): Caution => ({ faults: ['live-migration', 'container-migration'], node: null, guest: 'web', to, why: `web is kept off ${to}`, remedy: 'Switch the rule off', ...changes });
const n3 = new Map([['n3', 'web is kept off n3. Switch the rule off.']]);

describe('the ways that a platform does not bear', () => {
  test('are those of the guest, each with all that is said against it', () => {
    const cautions = [way('n3'), way('n3', { why: 'and once more' }), way('n1', { guest: 'dns' }), way('n2', { faults: ['node-power'] }), { faults: ['live-migration'], node: null, guest: 'web', why: 'not at all', remedy: 'r' }];
    expect(closedWays({ cautions }, web)).toEqual(new Map([['n3', 'web is kept off n3. Switch the rule off. and once more. Switch the rule off.']]));
    expect(closedWays({}, web).size).toBe(0);
  });

  test('are of its kind: a container is moved by another permission', () => {
    expect(closedWays({ cautions: [way('n3', { faults: ['container-migration'] })] }, web).size).toBe(0);
    expect(closedWays({ cautions: [way('n3', { faults: ['container-migration'] })] }, { ...web, kind: 'container' }).size).toBe(1);
  });

  test('leave the other nodes open; one that may not be touched anyway is not named', () => {
    expect(openNodes(environment, 'n2', n3)).toEqual(['n1', 'n2']);
    expect(leftOut(environment, n3)).toEqual(['Left out: n3. web is kept off n3. Switch the rule off.']);
    expect(leftOut({ ...environment, allow: { ...environment.allow, nodes: ['n1', 'n2'] } }, n3)).toEqual([]);
  });

  test('block what would begin on a node where the guest is not left', () => {
    expect(() => openNodes(environment, 'n3', n3)).toThrow(Blocked);
  });
});

describe('a row whose guest is kept off a node', () => {
  const cautions = [way('n3')];
  /** As `plan` and `run` prepare it. web is on n2, a worker; n1 decides. */
  const prepared = async (name: Parameters<Awaited<ReturnType<typeof loadMatrix>>['get']>[0], cautionsNow: readonly Caution[], variant: string | null = null): Promise<Preparation> => {
    const row = (await loadMatrix()).get(name) ?? expect.fail(`there is no row ${name}`);
    const hands = { power: { hand: 'command' as const, off: ['false'], on: ['false'], status: ['false'] } };
    const handed = { ...environment, nodes: environment.nodes.map((node) => ({ ...node, ...hands })) };
    return row.prepare({ environment: handed, snapshot: inventedSnapshot({ cautions: [...cautionsNow] }), capabilities: new Set(), guest: web, variant }).preparation;
  };
  const steps = async (...given: Parameters<typeof prepared>) => (await prepared(...given)).steps;

  test('is moved on the others, and what is left out is named in the plan', async () => {
    const told = await steps('live-migration', cautions);
    expect(told.filter((step) => step.startsWith('Migrate'))).toEqual(['Migrate web from n2 to n1 while it runs', 'Migrate web from n1 to n2 while it runs']);
    expect(told).toContain('Left out: n3. web is kept off n3. Switch the rule off.');
    expect((await steps('live-migration', [])).filter((step) => step.startsWith('Migrate'))).toHaveLength(6);
  });

  test('is blocked with every reason where no other node is left', async () => {
    await expect(prepared('live-migration', [way('n1'), way('n3')])).rejects.toThrow(/no node beside n2 .*Left out: n1\. web is kept off n1.*Left out: n3\./);
  });

  test('is not brought there to be shut down with it', async () => {
    const { faults, steps: told } = await prepared('node-shutdown', cautions);
    expect(faults.map(({ target }) => target.node)).toEqual(['n2', 'n1']);
    expect(told).toContain('Left out: n3. web is kept off n3. Switch the rule off.');
  });

  test('does not fail over from there, and goes nowhere else in the middle of a migration', async () => {
    expect((await prepared('node-failure', cautions, 'coordinator')).target.node).toBe('n1');
    await expect(prepared('node-failure', [way('n1')], 'coordinator')).rejects.toThrow(/cannot be brought to the cluster's coordinator\. n1: web is kept off n1/);
    expect((await prepared('failure-during-migration', [way('n1')], 'target')).target.node).toBe('n3');
    await expect(prepared('failure-during-migration', [way('n1'), way('n3')], 'target')).rejects.toThrow(/no node to migrate to .*web is kept off n1/);
  });
});

describe('what was left out is in the record, with whether the reason still stood in the end', () => {
  const judged = async (now: readonly Caution[], before = n3) => {
    const expected: [boolean | null, string][] = [];
    const marks: string[] = [];
    const scenario = { environment, signal: new AbortController().signal, hypervisor: { snapshot: async () => inventedSnapshot({ cautions: [...now] }) }, expect: (_title: string, ok: boolean | null, detail: string) => void expected.push([ok, detail]), mark: (title: string) => void marks.push(title) };
    await judgeLeftOut(scenario as unknown as Scenario, web, before);
    return { expected, marks };
  };
  const sentence = 'Left out: n3. web is kept off n3. Switch the rule off.';

  test('it did', async () => {
    expect(await judged([way('n3')])).toEqual({ expected: [[true, sentence]], marks: [sentence] });
  });

  test('it did not: nobody can tell of that way', async () => {
    expect(await judged([])).toEqual({ expected: [[null, 'nothing speaks against n3 any more, and web was not there']], marks: [sentence] });
  });

  test('where nothing was left out, nothing is said', async () => {
    expect(await judged([way('n3')], new Map())).toEqual({ expected: [], marks: [] });
  });
});
