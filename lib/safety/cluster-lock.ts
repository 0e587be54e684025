import type { CallOptions, ClusterNotice } from '../adapters/hypervisor.ts';
import { LockHeld } from './local-lock.ts';
import { lockOwner, pidNamespace, thisMachine } from './machine.ts';
import { isAlive, ownIdentity } from '../record/process-identity.ts';
import type { ProcessIdentity } from '../record/process-identity.ts';

/** What stands on the cluster while a harness works on it. */
interface Notice {
  tool: 'ha-acceptance';
  owner: string;
  run: string;
  reason: string;
  expires: string;
  /** The process that holds it, and the machine it runs on: there, and only there, it can be told whether it still does. */
  holder: ProcessIdentity;
  machine: string;
  /** Absent in locks of earlier versions. */
  pidNamespace?: string | null;
}

export interface ClusterLockOptions {
  run: string;
  reason: string;
  /** How long the lock lasts when it is not renewed any more, ms: at least the worst case of the plan. */
  lifetimeMs: number;
  /** Takes over a lock of another harness, on purpose. */
  breakLock: boolean;
  /** How far the cluster's own clocks are ahead of ours, ms; null when nobody can tell. Asked only when a lock looks expired. */
  clusterAheadMs?: () => Promise<number | null>;
  signal: AbortSignal;
}

export interface ClusterLock {
  /** What was found and taken over, and where its journal is when that is not ours, for people; null when the place was free. */
  replaced: string | null;
  /**
   * Renews the expiry. False when another harness has taken the lock over: then stop and mend. It throws when the cluster
   * cannot be asked, which is no reason to stop while a fault is in place: it may be without quorum.
   */
  renew(): Promise<boolean>;
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

/** Whether the holder is known to be dead: it ran on this machine and does no more. */
function isDead(notice: Notice): boolean {
  const isOfHere = notice.machine === thisMachine() && (notice.pidNamespace === undefined || notice.pidNamespace === pidNamespace());
  return isOfHere && notice.holder !== undefined && !isAlive(notice.holder);
}

/** The wall clock, not before what it would be had nobody set it back since `began`: a lock that is renewed must not look expired. */
function neverBack(began: { wall: number; monotonic: number }): number {
  return Math.max(Date.now(), began.wall + performance.now() - began.monotonic);
}

/** Whether a lock has expired by our clock, and by the cluster's as well: ours may have been set. */
async function hasExpired({ expires }: Notice, { clusterAheadMs }: ClusterLockOptions): Promise<boolean> {
  if (Date.parse(expires) >= Date.now()) return false;
  const aheadMs = (await clusterAheadMs?.()) ?? 0;
  return Date.parse(expires) < Date.now() + aheadMs;
}

function compose(options: ClusterLockOptions, nowMs: number): string {
  const notice: Notice = { tool: 'ha-acceptance', owner: lockOwner(), run: options.run, reason: options.reason, expires: new Date(nowMs + options.lifetimeMs).toISOString(), holder: ownIdentity(), machine: thisMachine(), pidNamespace: pidNamespace() };
  return JSON.stringify(notice);
}

function explain(text: string): string {
  const notice = parse(text);
  if (notice === null) return `something unknown holds the place of the lock: ${text}`;
  return `${notice.owner} holds it for run ${notice.run} (${notice.reason}) until ${notice.expires}`;
}

/** Where to look for what the holder of a lock that is taken over may have left undone: a journal is its user's, on its machine. */
function adviceOn({ owner, machine }: Notice): string {
  return owner === lockOwner() && machine === thisMachine() ? '' : `. What it may have left undone stands in the journal of ${owner} on its own machine, which cannot be read from here: run "restore" there first`;
}

/** Why the lock of the cluster is not that of a run any more; null while it is. Throws when the cluster cannot be asked. */
export async function lostLock(notice: ClusterNotice, run: string, call?: CallOptions): Promise<string | null> {
  const found = await notice.read(call);
  if (found === null) return 'it was removed, and nobody holds it';
  return parse(found)?.run === run ? null : explain(found);
}

/**
 * Takes the lock that is kept on the cluster itself, so that harnesses on two machines see each other.
 * An expired one, and one whose process on this machine is dead, is taken over: exactly what was found is removed, and of several who
 * then reach for the free place one is given it. Throws LockHeld with owner, reason, expiry and the way to proceed.
 */
export async function takeClusterLock(notice: ClusterNotice, options: ClusterLockOptions): Promise<ClusterLock> {
  const call = { signal: options.signal };
  const found = await notice.read(call);
  const holder = found === null ? null : parse(found);
  // An empty text is what a harness leaves that died in the middle of its first word.
  const free = found === '' || (holder !== null && (isDead(holder) || (await hasExpired(holder, options))));
  if (found !== null && !free && !options.breakLock) {
    throw new LockHeld(`The cluster is locked: ${explain(found)}. Wait until then, or, when you know that this harness is dead, take it over with --break-lock (its journal is on its own machine: run "restore" there first).`);
  }
  const readOurs = async (): Promise<string | null> => {
    const now = await notice.read();
    return now !== null && parse(now)?.run === options.run ? now : null;
  };
  const release = async (): Promise<void> => {
    const ours = await readOurs();
    if (ours !== null) await notice.replace(ours, null);
  };
  const began = { wall: Date.now(), monotonic: performance.now() };
  try {
    if (found !== null) await notice.replace(found, null, call);
    if (!(await notice.create(compose(options, began.wall), call))) throw new LockHeld('Another harness took the lock of the cluster at the same moment. Run the same command again.');
  } catch (error) {
    if (!(error instanceof LockHeld)) await release().catch(() => undefined);
    throw error;
  }
  return {
    replaced: found === null ? null : `${explain(found)}${holder === null ? '' : adviceOn(holder)}`,
    renew: async () => {
      const ours = await readOurs();
      return ours !== null && notice.replace(ours, compose(options, neverBack(began)));
    },
    release,
  };
}
