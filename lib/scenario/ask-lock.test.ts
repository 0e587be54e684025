import { expect, test } from 'vitest';
import type { ClusterNotice } from '../adapters/hypervisor.ts';
import { openEntry } from '../safety/journal.ts';
import { askLock } from './ask-lock.ts';
import type { LockQuestion } from './ask-lock.ts';
import { testBench } from './testing.ts';
import type { TestBench } from './testing.ts';

let bench: TestBench | null = null;

function asking(read: ClusterNotice['read'], lockRun: string | null = 'ours'): LockQuestion & { bench: TestBench } {
  bench = testBench();
  const notice: ClusterNotice = { read, create: async () => false, replace: async () => false };
  return { bench, session: { ...bench.session, lockRun, hypervisor: { ...bench.session.hypervisor, notice } }, scenario: 's', signal: new AbortController().signal };
}

/** A fault, or something harmless, of this run that is in place. */
function openOf({ session: { writer, identity } }: LockQuestion, fault: string): void {
  openEntry({ environment: 'invented', cluster: identity, disposable: true, run: writer.run, runFolder: writer.folder, scenario: 's', fault, target: { node: 'n1', role: null, disk: null }, guest: null, byProcess: false, undo: { inverse: 'invented', version: 1, data: {}, title: 'undo', manual: [] } });
}

const ours = JSON.stringify({ tool: 'ha-acceptance', run: 'ours' });
const unreadable = async (): Promise<string | null> => Promise.reject(new Error('no quorum'));

test('a lock that is ours is nothing to speak of, nor is one on a platform without a place for it', async () => {
  await askLock(asking(async () => ours));
  await askLock(asking(unreadable, null));
  expect(bench?.events().filter(({ kind }) => kind === 'note')).toEqual([]);
});

test('one that is gone, or somebody else\'s words, blocks', async () => {
  await expect(askLock(asking(async () => null))).rejects.toThrow('nobody holds it');
  await expect(askLock(asking(async () => 'a note of the operator'))).rejects.toThrow('a note of the operator');
});

test('one that cannot be read blocks, but while a fault of ours is in place, which may be why', async () => {
  const question = asking(unreadable);
  await expect(askLock(question)).rejects.toThrow(/nothing was injected: no quorum/);
  openOf(question, 'backup');
  await expect(askLock(question)).rejects.toThrow(/nothing was injected: no quorum/);
  openOf(question, 'node-power');
  await askLock(question);
  expect(question.bench.events().filter((event) => event.kind === 'note').map(({ message }) => message)).toEqual([expect.stringContaining('the run goes on: no quorum')]);
});
