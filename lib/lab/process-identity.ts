import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process that cannot be mistaken for another: pids are used again, a pid with its start time is not (until the next boot). */
export interface ProcessIdentity {
  pid: number;
  /** Field 22 of /proc/<pid>/stat: clock ticks since boot. */
  startTime: number;
  bootId: string;
}

export function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

/** Start time and state of a process, or null when there is none. `proc` is where its procfs is mounted. */
export function processStat(pid: number, proc = '/proc'): { startTime: number; state: string } | null {
  let stat: string;
  try {
    stat = readFileSync(`${proc}/${pid}/stat`, 'utf8');
  } catch {
    return null;
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? 'X', startTime: Number(fields[19]) };
}

/** The identity of a process that runs now; null when it does not. */
export function identify(pid: number, proc = '/proc'): ProcessIdentity | null {
  const stat = processStat(pid, proc);
  return stat === null ? null : { pid, startTime: stat.startTime, bootId: bootId() };
}

/** True while that very process runs. A zombie no longer counts. */
export function isAlive(identity: ProcessIdentity, proc = '/proc'): boolean {
  if (identity.bootId !== bootId()) return false;
  const stat = processStat(identity.pid, proc);
  return stat !== null && stat.startTime === identity.startTime && !['Z', 'X'].includes(stat.state);
}

/** SIGKILL to that very process, then waits until it is gone. False when it is still there after `timeoutMs`. */
export async function killAndWait(identity: ProcessIdentity, timeoutMs: number, proc = '/proc'): Promise<boolean> {
  if (isAlive(identity, proc)) process.kill(identity.pid, 'SIGKILL');
  const deadline = performance.now() + timeoutMs;
  while (isAlive(identity, proc)) {
    if (performance.now() > deadline) return false;
    await sleep(5);
  }
  return true;
}
