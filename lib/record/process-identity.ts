import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process that cannot be mistaken for another: pids are used again, a pid with its start time is not (until the next boot). */
export interface ProcessIdentity {
  pid: number;
  /** Field 22 of /proc/<pid>/stat, clock ticks since boot; null where /proc is absent. */
  startTime: number | null;
  /** The kernel's boot id, so that a pid of before a reboot never matches; null where /proc is absent. */
  bootId: string | null;
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** Id of this boot of the machine, null where /proc is absent. */
export function bootId(): string | null {
  return read('/proc/sys/kernel/random/boot_id')?.trim() ?? null;
}

/** Start time and state of a process, or null when there is none. `proc` is where its procfs is mounted. */
export function processStat(pid: number, proc = '/proc'): { startTime: number; state: string } | null {
  const stat = read(`${proc}/${pid}/stat`);
  if (stat === null) return null;
  // The command name before it may itself hold blanks and parentheses: proc(5).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? 'X', startTime: Number(fields[19]) };
}

/** The identity of a process that runs now; null when it does not, or when there is no /proc to tell. */
export function identify(pid: number, proc = '/proc'): ProcessIdentity | null {
  const stat = processStat(pid, proc);
  return stat === null ? null : { pid, startTime: stat.startTime, bootId: bootId() };
}

/** The identity of this process. */
export function ownIdentity(): ProcessIdentity {
  return identify(process.pid) ?? { pid: process.pid, startTime: null, bootId: bootId() };
}

function hasProcess(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** True while that very process runs. A zombie no longer counts. Where /proc was absent: whether some process has its pid. */
export function isAlive(identity: ProcessIdentity, proc = '/proc'): boolean {
  if (identity.bootId !== bootId()) return false;
  if (identity.startTime === null) return hasProcess(identity.pid);
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
