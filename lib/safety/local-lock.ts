import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, ownIdentity } from '../record/process-identity.ts';
import type { ProcessIdentity } from '../record/process-identity.ts';
import { clusterFolder } from './state-folder.ts';

/** Why a lock could not be had. */
export class LockHeld extends Error {
  readonly exitCode = 3;
}

interface Holder {
  process: ProcessIdentity;
  since: string;
  reason: string;
}

function readHolder(path: string): Holder | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch {
    return null;
  }
}

function create(path: string, reason: string): boolean {
  let handle: number;
  try {
    handle = openSync(path, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  const holder: Holder = { process: ownIdentity(), since: new Date().toISOString(), reason };
  writeSync(handle, JSON.stringify(holder));
  closeSync(handle);
  return true;
}

/**
 * One harness per cluster and machine. A lock whose process is gone is taken over by itself, since its pid and start
 * time prove it. Returns the way to release it. Throws LockHeld when another harness runs.
 */
export function takeLocalLock(identity: string, reason: string): () => void {
  const folder = clusterFolder(identity);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'lock.json');
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (create(path, reason)) return () => rmSync(path, { force: true });
    const holder = readHolder(path);
    if (holder !== null && isAlive(holder.process)) {
      throw new LockHeld(`Another harness on this machine works on this cluster: pid ${holder.process.pid} since ${holder.since} (${holder.reason}). Wait until it has ended, or stop it with "kill -TERM ${holder.process.pid}", which lets it mend.`);
    }
    rmSync(path, { force: true });
  }
  throw new LockHeld(`The lock ${path} could not be taken: another harness starts at the same moment. Run the same command again.`);
}
