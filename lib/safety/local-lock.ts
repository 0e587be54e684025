import { createHash } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolderDurably } from '../record/durable-folder.ts';
import { bootId, isAlive, ownIdentity } from '../record/process-identity.ts';
import type { ProcessIdentity } from '../record/process-identity.ts';
import { lockOwner, pidNamespace, thisMachine } from './machine.ts';
import { clusterFolder, writeDraft } from './state-folder.ts';

/** Why a lock could not be had. */
export class LockHeld extends Error {
  readonly exitCode = 3;
}

interface Holder {
  process: ProcessIdentity;
  since: string;
  reason: string;
  /** Absent in locks of earlier versions: then this machine is meant. */
  owner?: string;
  machine?: string;
  pidNamespace?: string | null;
}

export interface LocalLockOptions {
  /** Takes over a lock of which it cannot be told whether its harness still runs, on purpose. Never one whose harness is seen to run. */
  breakLock?: boolean;
  /** Is told what was found and taken over. */
  say?: (line: string) => void;
}

/** Text of the lock file as it is now, null when there is none. */
function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function parse(text: string): Holder | null {
  try {
    const holder = JSON.parse(text) as Partial<Holder> | null;
    return typeof holder?.process?.pid === 'number' ? (holder as Holder) : null;
  } catch {
    return null;
  }
}

/** What is known of a lock that was found. `state`: its process runs, is gone, or cannot be seen from here. */
interface Found {
  state: 'alive' | 'gone' | 'unknown';
  words: string;
}

function describe(path: string, text: string): Found {
  if (text === '') return { state: 'gone', words: 'an empty file, which an earlier version left when it died or could not write' };
  const holder = parse(text);
  if (holder === null) return { state: 'unknown', words: `${path} holds something that is no lock of this tool, so nobody can tell whose it is` };
  const { pid } = holder.process;
  const who = `${holder.owner ?? 'somebody'}, pid ${pid}, since ${holder.since} (${holder.reason})`;
  if (holder.machine !== undefined && holder.machine !== thisMachine()) return { state: 'unknown', words: `${who}, on another machine (${holder.machine.split(' ')[0]}) that shares this state folder: from here nobody can tell whether it still runs` };
  if (holder.process.bootId !== null && holder.process.bootId !== bootId()) return { state: 'gone', words: `${who}; the machine was started anew since` };
  if (holder.pidNamespace !== undefined && holder.pidNamespace !== pidNamespace()) return { state: 'unknown', words: `${who}, in another container or pid namespace: from here nobody can tell whether it still runs` };
  return isAlive(holder.process) ? { state: 'alive', words: `${who}, which runs` } : { state: 'gone', words: `${who}; that process is gone` };
}

function compose(reason: string): string {
  const holder: Holder = { process: ownIdentity(), since: new Date().toISOString(), reason, owner: lockOwner(), machine: thisMachine(), pidNamespace: pidNamespace() };
  return JSON.stringify(holder);
}

/** Puts the text at `path` in one step: it is there whole, or not at all. False when something is there already. */
function create(path: string, text: string): boolean {
  const draft = writeDraft(path, text);
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Takes `path`, over a stale lock too. Of several that find the same stale lock one replaces it: who may is settled by a
 * lock of the same kind whose name tells the stale one, and which is never needed again.
 */
function acquire(path: string, text: string, { breakLock = false, say = () => undefined }: LocalLockOptions): void {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    if (create(path, text)) return;
    const stale = readText(path);
    if (stale === null) continue;
    const { state, words } = describe(path, stale);
    if (state === 'alive') throw new LockHeld(`Another harness on this machine works on this cluster: ${words}. Wait until it has ended, or stop it with "kill -TERM ${parse(stale)?.process.pid}", which lets it mend.`);
    if (state === 'unknown' && !breakLock) throw new LockHeld(`This cluster is locked: ${words}. When you know that no harness works on it, say so with --break-lock.`);
    const guard = `${path}.${createHash('sha256').update(stale).digest('hex').slice(0, 16)}`;
    acquire(guard, text, { breakLock });
    try {
      if (readText(path) !== stale) continue;
      say(`took over a ${state === 'gone' ? 'stale' : 'broken'} lock: ${words}`);
      renameSync(writeDraft(path, text), path);
      return;
    } finally {
      rmSync(guard, { force: true });
    }
  }
  throw new LockHeld(`The lock ${path} could not be taken: another harness starts at the same moment. Run the same command again.`);
}

/**
 * One harness per cluster and machine. A lock whose process is gone is taken over by itself, since its pid and start
 * time prove it, and that is said. Returns the way to release it.
 *
 * @throws LockHeld (exit code 3) when another harness runs, or when it cannot be told whether it does, or when the lock
 * cannot be written: then nothing of it is left.
 */
export function takeLocalLock(identity: string, reason: string, options: LocalLockOptions = {}): () => void {
  const folder = clusterFolder(identity);
  const path = join(folder, 'lock.json');
  const text = compose(reason);
  try {
    makeFolderDurably(folder, { mode: 0o700 });
    acquire(path, text, options);
  } catch (error) {
    if (error instanceof LockHeld) throw error;
    throw new LockHeld(`The lock ${path} cannot be written (${(error as Error).message}), so nothing was begun. Make room there, or set XDG_STATE_HOME to a folder that can be written.`, { cause: error });
  }
  // One that was broken meanwhile is not ours to remove.
  return () => {
    if (readText(path) === text) rmSync(path, { force: true });
  };
}
