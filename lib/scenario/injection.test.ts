import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AdapterError } from '../adapters/adapter-error.ts';
import type { Fault } from '../faults/fault.ts';
import type { AuditLine } from '../safety/audit.ts';
import { verifyAudit } from '../safety/audit.ts';
import { compareWithWitnesses } from '../safety/audit-witnesses.ts';
import { inventedEnvironment } from '../safety/invented-cluster.ts';
import { openEntries } from '../safety/journal.ts';
import { askInterlocks, guard, inject, injectTogether, revertAll } from './injection.ts';
import type { InjectionContext } from './injection.ts';
import { intentOn } from './intents.ts';
import { testBench } from './testing.ts';
import type { TestBench, TestBenchOptions } from './testing.ts';

let bench: TestBench;

function open(options?: TestBenchOptions): InjectionContext {
  bench = testBench(options);
  return { session: bench.session, scenario: 'disk-removal.cluster.r1', guest: '"; rm -rf / #<script>', signal: new AbortController().signal, progress: () => undefined };
}

const target = { node: 'n3', role: 'worker', disk: 'disk.2' };

function fault(changes: Partial<Fault> = {}): Fault {
  return { name: 'disk-removal', title: 'disk taken out', target, undo: { inverse: 'invented', version: 1, data: {}, title: 'put it back', manual: [] }, apply: async () => undefined, confirmed: async () => true, ...changes };
}

function auditLines(context: InjectionContext): AuditLine[] {
  const { folder } = context.session.writer;
  expect(verifyAudit(folder).problems).toEqual([]);
  expect(compareWithWitnesses(folder)).toEqual({ problems: [], explained: [] });
  return readFileSync(join(folder, 'audit.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as AuditLine);
}

test('the audit log says who, when, from where, which fault, on what, by which permission, with what outcome', async () => {
  const context = open();
  await inject(fault(), context);
  const [first, second, ...more] = auditLines(context);
  expect(more).toEqual([]);
  expect(first).toMatchObject({ action: 'inject', fault: 'disk-removal', target, guest: '"; rm -rf / #<script>', scenario: 'disk-removal.cluster.r1', cluster: 'invented SHA256:invented', permission: 'allow.faults: disk-removal; disposable', outcome: 'undo on disk, command about to be sent' });
  expect(second).toMatchObject({ action: 'injected', outcome: 'effect confirmed', target });
  expect(first?.who).not.toBe('');
  expect(first?.from).not.toBe('');
  expect(Date.parse(first?.at ?? '')).toBeGreaterThan(Date.now() - 60_000);
});

test('a hand that fails is audited with its words, and the undo stays open', async () => {
  const context = open();
  await expect(inject(fault({ apply: async () => Promise.reject(new Error('the slot is locked')) }), context)).rejects.toThrow('the slot is locked');
  expect(auditLines(context).map(({ action, outcome }) => `${action}: ${outcome}`)).toEqual(['inject: undo on disk, command about to be sent', 'not-confirmed: the slot is locked; it may be in place all the same, and its undo is open']);
});

test('what the cluster itself refused is not waited for when it is mended', async () => {
  const context = open({ environment: { allow: { ...inventedEnvironment().allow, faults: ['maintenance'] } } });
  const refusal = new AdapterError({ message: 'n3 stays', blame: 'cluster', impact: '', remedy: '', phase: 'drain', target: 'n3' });
  const undo = { inverse: 'drain-end', version: 1, data: { node: 'n3' }, title: 'take it back', manual: [], effectWithinMs: 60_000 };
  await expect(inject(fault({ name: 'maintenance', undo, apply: async () => Promise.reject(refusal) }), context)).rejects.toThrow('n3 stays');
  await revertAll(context);
  expect(openEntries('SHA256:invented')).toEqual([]);
}, 10_000);

describe('what the undo has to know of the world', () => {
  const { undo } = fault();
  const prepared = { ...undo, version: 2, data: { disk: 'disk.2', slot: '0:3' } };

  test('is read before the fault and on disk when its command is sent; the fault names its undo as before', async () => {
    const context = open();
    const seen: unknown[] = [];
    const named = { ...undo, data: { disk: 'disk.2' } };
    await inject(fault({ undo: named, prepare: async () => prepared, apply: async () => void seen.push(...openEntries('SHA256:invented').map((entry) => entry.undo.data)) }), context);
    expect(seen).toEqual([{ disk: 'disk.2', slot: '0:3' }]);
    // The inverse is invented: that it is tried at all says that the entry was found by the undo of the fault.
    await expect(revertAll(context, [named])).rejects.toThrow('no inverse named "invented"');
    expect(await revertAll(context, [{ ...named, data: { disk: 'disk.3' } }])).toBeGreaterThan(0);
  });

  test('blocks the fault when it cannot be read: nothing is injected, and nothing is to be undone', async () => {
    const context = open();
    const applied: string[] = [];
    await expect(inject(fault({ prepare: async () => Promise.reject(new Error('it is the disk that the node starts from')), apply: async () => void applied.push('applied') }), context)).rejects.toThrow('"disk taken out" was not injected: it is the disk that the node starts from');
    expect([applied, openEntries('SHA256:invented')]).toEqual([[], []]);
  });
});

test('what steps do by themselves is audited with its guest', async () => {
  const context = open();
  await guard('live-migration', { node: null, role: null, disk: null }, fault().undo, context);
  expect(auditLines(context)[0]).toMatchObject({ action: 'inject', fault: 'live-migration', guest: '"; rm -rf / #<script>' });
});

describe('under a lock of the cluster that another harness has taken over', () => {
  const notice = { read: async () => JSON.stringify({ tool: 'ha-acceptance', run: 'other', owner: 'me@there', reason: '1 scenario(s)', expires: '2027-01-01T00:00:00Z' }), create: async () => false, replace: async () => false };
  const lost = (): InjectionContext => {
    const context = open();
    return { ...context, session: { ...context.session, lockRun: 'ours', hypervisor: { ...context.session.hypervisor, notice } } };
  };

  test('no fault is injected, and nothing is to be undone', async () => {
    const applied: string[] = [];
    await expect(inject(fault({ apply: async () => void applied.push('applied') }), lost())).rejects.toThrow(/lock of the cluster is not that of this run any more, so nothing was injected: me@there holds it for run other/);
    expect([applied, openEntries('SHA256:invented')]).toEqual([[], []]);
  });

  test('nothing that steps do by themselves is begun', async () => {
    await expect(guard('backup', { node: null, role: null, disk: null }, fault().undo, lost())).rejects.toThrow('nothing was injected');
    expect(openEntries('SHA256:invented')).toEqual([]);
  });
});

test('each refusal is audited as what it refused', async () => {
  const { allow } = inventedEnvironment();
  const context = open({ environment: { allow: { ...allow, nodes: ['n1'], guests: ['dns'] } } });
  const intents = [intentOn('disk-removal', target), intentOn('backup', { node: null, role: null, disk: null }, { guest: 'web' })];
  await expect(askInterlocks(intents, context)).rejects.toThrow(/interlock "allowed nodes".*interlock "allowed guests"/);
  expect(auditLines(context).map(({ action, fault: name, guest, permission, target: { node } }) => [action, name, node, guest, permission])).toEqual([
    ['refused', 'disk-removal', 'n3', null, 'interlock "allowed nodes"'],
    ['refused', 'backup', null, 'web', 'interlock "allowed guests"'],
  ]);
});

describe('several faults at once', () => {
  const two = { allow: { ...inventedEnvironment().allow, maxSimultaneous: 2 } };
  const other = { node: 'n1', role: 'worker', disk: 'disk.0' };
  const pair = (first: Partial<Fault> = {}, second: Partial<Fault> = {}): Fault[] => [
    fault({ undo: { ...fault().undo, data: { disk: 'disk.2' } }, overrides: ['beyond-redundancy'], ...first }),
    fault({ undo: { ...fault().undo, data: { disk: 'disk.0' } }, overrides: ['beyond-redundancy'], target: other, ...second }),
  ];
  const beyond = { allow: { ...two.allow, faults: [...two.allow.faults, 'beyond-redundancy'] } };

  test('each undo is on disk before the first command, and the last confirmed effect counts', async () => {
    const context = open({ environment: beyond });
    const seen: number[] = [];
    const openNow = (): number => openEntries('SHA256:invented').length;
    let polls = 0;
    const { confirmed } = await injectTogether(pair({ apply: async () => void seen.push(openNow()), confirmed: async () => (polls += 1) > 3 }, { apply: async () => void seen.push(openNow()) }), context);
    expect(seen).toEqual([2, 2]);
    const injected = bench.events().filter(({ kind }) => kind === 'fault-injected').map(({ t }) => t);
    expect(injected).toHaveLength(2);
    expect(confirmed.firstAfter).toBeLessThanOrEqual(Math.max(...injected));
    expect(confirmed.firstAfter).toBeGreaterThan(Math.min(...injected));
    expect(bench.events().filter((event) => event.kind === 'phase').map(({ phase }) => phase)).toEqual(['injected', 'confirmed']);
  });

  test('are refused where they would go beyond the redundancy together and nobody allowed that', async () => {
    await expect(injectTogether(pair(), open({ environment: two }))).rejects.toThrow('interlock "redundancy"');
    expect(openEntries('SHA256:invented')).toEqual([]);
  });

  test('what is gone beyond is in the record and in the audit log', async () => {
    const context = open({ environment: beyond });
    await injectTogether(pair(), context);
    expect(bench.events().flatMap((event) => (event.kind === 'note' ? [event.message] : []))).toEqual([expect.stringMatching(/^OVERRIDE beyond-redundancy: .*would lose 2/)]);
    expect(auditLines(context)[0]?.permission).toBe('allow.faults: disk-removal, beyond-redundancy; disposable');
  });

  test('when one cannot be carried out the other one is seen through, and both undos stay open', async () => {
    const context = open({ environment: beyond });
    await expect(injectTogether(pair({ apply: async () => Promise.reject(new Error('the slot is locked')) }), context)).rejects.toThrow('the slot is locked');
    expect(openEntries('SHA256:invented')).toHaveLength(2);
    expect(auditLines(context).map(({ action }) => action).toSorted()).toEqual(['inject', 'inject', 'injected', 'not-confirmed']);
  });

  test('one undo can be carried out alone; the other stays open', async () => {
    const context = open({ environment: beyond });
    const faults = pair();
    await injectTogether(faults, context);
    const only = openEntries('SHA256:invented').length;
    await expect(revertAll(context, [{ ...fault().undo, data: { disk: 'disk.0' } }])).rejects.toThrow(/no inverse named "invented"/);
    expect([only, bench.events().filter(({ kind }) => kind === 'fault-reverting').length]).toEqual([2, 1]);
  });

  test('a moment is waited for with the undo on disk, and before anything is sent', async () => {
    const context = open();
    const order: string[] = [];
    await inject(fault({ apply: async () => void order.push('sent') }), context, { once: async () => void order.push(`waited with ${openEntries('SHA256:invented').length} undo`) });
    expect(order).toEqual(['waited with 1 undo', 'sent']);
  });
});
