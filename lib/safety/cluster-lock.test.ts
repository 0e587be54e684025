import { afterEach, expect, test, vi } from 'vitest';
import type { ClusterNotice } from '../adapters/hypervisor.ts';
import { takeClusterLock } from './cluster-lock.ts';
import type { ClusterLock } from './cluster-lock.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** A place for a text, as a cluster has one. */
function place(): ClusterNotice & { text: string | null } {
  const notice = {
    text: null as string | null,
    read: async () => notice.text,
    write: async (text: string) => {
      notice.text = text;
    },
    clear: async () => {
      notice.text = null;
    },
  };
  return notice;
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

test('a write that another harness overtook is noticed', async () => {
  const notice = place();
  const contested: ClusterNotice = { ...notice, read: async () => (notice.text === null ? null : '{"tool":"ha-acceptance","run":"r9"}') };
  await expect(take(contested)).rejects.toThrow(/at the same moment/);
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

test('giving up in the middle leaves no lock behind', async () => {
  const notice = place();
  const dying: ClusterNotice = { ...notice, read: async (options) => (options === undefined ? notice.text : notice.text === null ? null : Promise.reject(new Error('stopped'))) };
  await expect(take(dying)).rejects.toThrow('stopped');
  expect(notice.text).toBeNull();
});
