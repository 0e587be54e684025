import { hostname, userInfo } from 'node:os';
import type { ClusterNotice } from '../adapters/hypervisor.ts';
import { LockHeld } from './local-lock.ts';

/** What stands on the cluster while a harness works on it. */
interface Notice {
  tool: 'ha-acceptance';
  owner: string;
  run: string;
  reason: string;
  expires: string;
}

export interface ClusterLockOptions {
  run: string;
  reason: string;
  /** How long the lock lasts when it is not renewed any more, ms: at least the worst case of the plan. */
  lifetimeMs: number;
  /** Takes over a lock of another harness, on purpose. */
  breakLock: boolean;
  signal: AbortSignal;
}

export interface ClusterLock {
  /** What was found and taken over, for the record; null when the place was free. */
  replaced: string | null;
  /** Renews the expiry. Failing to is not an error while a fault is in place: the cluster may be without quorum. */
  renew(): Promise<void>;
  release(): Promise<void>;
}

function parse(text: string): Notice | null {
  try {
    const notice = JSON.parse(text) as Notice;
    return notice.tool === 'ha-acceptance' ? notice : null;
  } catch {
    return null;
  }
}

/** Who we are: user and host of this process. */
export function lockOwner(): string {
  return `${userInfo().username}@${hostname()}`;
}

function compose(options: ClusterLockOptions): string {
  const notice: Notice = { tool: 'ha-acceptance', owner: lockOwner(), run: options.run, reason: options.reason, expires: new Date(Date.now() + options.lifetimeMs).toISOString() };
  return JSON.stringify(notice);
}

function explain(text: string): string {
  const notice = parse(text);
  if (notice === null) return `something unknown holds the place of the lock: ${text}`;
  return `${notice.owner} holds it for run ${notice.run} (${notice.reason}) until ${notice.expires}`;
}

/**
 * Takes the lock that is kept on the cluster itself, so that harnesses on two machines see each other.
 * An expired one is taken over. Throws LockHeld with owner, reason, expiry and the way to proceed.
 */
export async function takeClusterLock(notice: ClusterNotice, options: ClusterLockOptions): Promise<ClusterLock> {
  const call = { signal: options.signal };
  const found = await notice.read(call);
  const holder = found === null ? null : parse(found);
  const expired = holder !== null && Date.parse(holder.expires) < Date.now();
  if (found !== null && !expired && !options.breakLock) {
    throw new LockHeld(`The cluster is locked: ${explain(found)}. Wait until then, or, when you know that this harness is dead, take it over with --break-lock (its journal is on its own machine: run "restore" there first).`);
  }
  const mine = compose(options);
  await notice.write(mine, call);
  if ((await notice.read(call)) !== mine) throw new LockHeld('Another harness took the lock of the cluster at the same moment. Run the same command again.');
  return {
    replaced: found === null ? null : explain(found),
    renew: async () => notice.write(compose(options)),
    release: async () => {
      const now = await notice.read();
      if (now !== null && parse(now)?.run === options.run) await notice.clear();
    },
  };
}
