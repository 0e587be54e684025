import { setImmediate } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import type { ClusterNotice } from '../adapters/hypervisor.ts';
import { lostLock, takeClusterLock } from './cluster-lock.ts';
import type { ClusterLock } from './cluster-lock.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** A place for a text, as a cluster has one: each call takes this many turns of the loop on its way there, and as many back. */
function place(turns = 0): ClusterNotice & { text: string | null; by(turns: number): ClusterNotice } {
  const kept = { text: null as string | null };
  const by = (away: number): ClusterNotice => {
    const reach = async <T>(work: () => T): Promise<T> => {
      for (let turn = 0; turn < away; turn += 1) await setImmediate();
      const result = work();
      for (let turn = 0; turn < away; turn += 1) await setImmediate();
      return result;
    };
    const change = (from: string | null, to: string | null): boolean => {
      if (kept.text !== from) return to === null;
      kept.text = to;
      return true;
    };
    return { read: async () => reach(() => kept.text), create: async (text) => reach(() => change(null, text)), replace: async (from, to) => reach(() => change(from, to)) };
  };
  return Object.assign(kept, by(turns), { by });
}

async function take(notice: ClusterNotice, more: { run?: string; lifetimeMs?: number; breakLock?: boolean; clusterAheadMs?: number | null } = {}): Promise<ClusterLock> {
  const { clusterAheadMs } = more;
  return takeClusterLock(notice, { ...(clusterAheadMs === undefined ? {} : { clusterAheadMs: async () => clusterAheadMs }), run: more.run ?? 'r1', reason: '3 scenario(s)', lifetimeMs: more.lifetimeMs ?? 60_000, breakLock: more.breakLock ?? false, signal: new AbortController().signal });
}

test('a free place is taken, renewed and released', async () => {
  const notice = place();
  const lock = await take(notice);
  expect(lock.replaced).toBeNull();
  const first = notice.text;
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await lock.renew()).toBe(true);
  expect(notice.text).not.toBe(first);
  await lock.release();
  expect(notice.text).toBeNull();
});

test('another harness is refused with owner, reason, expiry and the way to proceed', async () => {
  const notice = place();
  await take(notice);
  await expect(take(notice, { run: 'r2' })).rejects.toThrow(/@.*holds it for run r1 \(3 scenario\(s\)\) until 20.*--break-lock/);
});

test('an expired lock is taken over', async () => {
  const notice = place();
  await take(notice, { lifetimeMs: -1 });
  expect((await take(notice, { run: 'r2' })).replaced).toMatch(/run r1/);
});

test('one that is expired only because our clock was set forward is not taken over: the clocks of the cluster tell', async () => {
  const notice = place();
  await take(notice, { lifetimeMs: 60_000 });
  vi.useFakeTimers({ now: Date.now() + 5 * 3_600_000, toFake: ['Date'] });
  await expect(take(notice, { run: 'r2', clusterAheadMs: -5 * 3_600_000 })).rejects.toThrow(/holds it for run r1/);
  expect((await take(notice, { run: 'r2', clusterAheadMs: null })).replaced).toMatch(/run r1/);
});

test('a renewal does not look expired because our clock was set back', async () => {
  const notice = place();
  const lock = await take(notice, { lifetimeMs: 60_000 });
  const expiry = (): number => Date.parse((JSON.parse(notice.text ?? '') as { expires: string }).expires);
  const before = expiry();
  vi.useFakeTimers({ now: Date.now() - 5 * 3_600_000, toFake: ['Date'] });
  expect(await lock.renew()).toBe(true);
  expect(expiry()).toBeGreaterThanOrEqual(before);
});

test('a live lock is taken over on purpose only, and its first owner does not release what is no longer its own', async () => {
  const notice = place();
  const first = await take(notice);
  const second = await take(notice, { run: 'r2', breakLock: true });
  expect(second.replaced).toMatch(/run r1/);
  expect(await first.renew()).toBe(false);
  await first.release();
  expect(notice.text).toContain('"run":"r2"');
});

test('what is not ours is not overwritten', async () => {
  const notice = place();
  notice.text = 'a note of the operator';
  await expect(take(notice)).rejects.toThrow(/something unknown.*a note of the operator/);
});

test.each([[1, 5], [5, 1], [3, 3], [0, 9]])('of two who reach for a free place at the same moment, %i and %i turns away, one is given it', async (near, far) => {
  const notice = place();
  const outcomes = await Promise.allSettled([take(notice.by(near), { run: 'r1' }), take(notice.by(far), { run: 'r2' })]);
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  const winner = outcomes[0]?.status === 'fulfilled' ? 'r1' : 'r2';
  expect(await lostLock(notice, winner)).toBeNull();
  expect(outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [String(outcome.reason)] : []))).toEqual([expect.stringMatching(/at the same moment|holds it for run/)]);
});

test.each([[1, 5], [5, 1], [3, 3], [0, 9]])('of two who take over the same stale lock, %i and %i turns away, one is given the place', async (near, far) => {
  const notice = place();
  await take(notice, { run: 'stale', lifetimeMs: -1 });
  const outcomes = await Promise.allSettled([take(notice.by(near), { run: 'r1' }), take(notice.by(far), { run: 'r2' })]);
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(await lostLock(notice, outcomes[0]?.status === 'fulfilled' ? 'r1' : 'r2')).toBeNull();
});

test('what a harness left that died in the middle of its first word is taken over', async () => {
  const notice = place();
  notice.text = '';
  await take(notice, { run: 'r2' });
  expect(notice.text).toContain('"run":"r2"');
});

test('whose the lock is by now is told', async () => {
  const notice = place();
  const lock = await take(notice);
  expect(await lostLock(notice, 'r1')).toBeNull();
  expect(await lostLock(notice, 'r2')).toMatch(/holds it for run r1/);
  await lock.release();
  expect(await lostLock(notice, 'r1')).toMatch(/nobody holds it/);
});

test('the lock of a harness that died on this machine is taken over, that of another machine is not', async () => {
  const notice = place();
  await take(notice);
  const held = JSON.parse(notice.text ?? '') as { holder: { startTime: number }; machine: string };
  notice.text = JSON.stringify({ ...held, machine: 'another machine', holder: { ...held.holder, startTime: held.holder.startTime - 1 } });
  await expect(take(notice, { run: 'r2' })).rejects.toThrow(/holds it for run r1/);
  notice.text = JSON.stringify({ ...held, holder: { ...held.holder, startTime: held.holder.startTime - 1 } });
  expect((await take(notice, { run: 'r2' })).replaced).toMatch(/run r1/);
});

test.each([
  ['of another user of this machine, whose process is dead', { owner: 'ann@here' }],
  ['of another machine, that has expired', { machine: 'another machine', expires: '2026-01-01T00:00:00Z' }],
])('taking over a lock %s names whose journal is to be looked after first', async (_what, other) => {
  const notice = place();
  await take(notice);
  const held = JSON.parse(notice.text ?? '') as { holder: { startTime: number } };
  const dead = { ...held, holder: { ...held.holder, startTime: held.holder.startTime - 1 } };
  notice.text = JSON.stringify({ ...dead, ...other });
  expect((await take(notice, { run: 'r2' })).replaced).toMatch(/run r1 .*run "restore" there first/);
  notice.text = JSON.stringify(dead);
  expect((await take(notice, { run: 'r3' })).replaced).not.toMatch(/restore/);
});

test('giving up in the middle leaves no lock behind', async () => {
  const notice = place();
  const dying: ClusterNotice = { ...notice, create: async (text) => (await notice.create(text)) && Promise.reject(new Error('stopped')) };
  await expect(take(dying)).rejects.toThrow('stopped');
  expect(notice.text).toBeNull();
});
