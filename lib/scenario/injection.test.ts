import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Fault } from '../faults/fault.ts';
import type { AuditLine } from '../safety/audit.ts';
import { verifyAudit } from '../safety/audit.ts';
import { inventedEnvironment } from '../safety/invented-cluster.ts';
import { askInterlocks, guard, inject } from './injection.ts';
import type { InjectionContext } from './injection.ts';
import { testBench } from './testing.ts';
import type { TestBench, TestBenchOptions } from './testing.ts';

let bench: TestBench;
afterEach(() => bench.remove());

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

test('what steps do by themselves is audited with its guest', () => {
  const context = open();
  guard('live-migration', { node: null, role: null, disk: null }, fault().undo, context);
  expect(auditLines(context)[0]).toMatchObject({ action: 'inject', fault: 'live-migration', guest: '"; rm -rf / #<script>' });
});

test('each refusal is audited as what it refused', async () => {
  const { allow } = inventedEnvironment();
  const context = open({ environment: { allow: { ...allow, nodes: ['n1'], guests: ['dns'] } } });
  const intents = [{ fault: 'disk-removal', target, guest: null }, { fault: 'backup', target: { node: null, role: null, disk: null }, guest: 'web' }];
  await expect(askInterlocks(intents, context)).rejects.toThrow(/interlock "allowed nodes".*interlock "allowed guests"/);
  expect(auditLines(context).map(({ action, fault: name, guest, permission, target: { node } }) => [action, name, node, guest, permission])).toEqual([
    ['refused', 'disk-removal', 'n3', null, 'interlock "allowed nodes"'],
    ['refused', 'backup', null, 'web', 'interlock "allowed guests"'],
  ]);
});
