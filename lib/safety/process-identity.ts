import { readFileSync } from 'node:fs';

/** A process, told apart from a later one with the same pid by its start time. */
export interface ProcessIdentity {
  pid: number;
  /** Clock ticks since boot (field 22 of /proc/<pid>/stat), null where /proc is absent. */
  startTicks: number | null;
  /** Kernel's boot id, so that a pid of before a reboot never matches. */
  bootId: string | null;
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** Fields of /proc/<pid>/stat behind the command name, which may itself hold blanks and parentheses: proc(5). */
function statFields(pid: number): string[] | null {
  const stat = read(`/proc/${pid}/stat`);
  return stat === null ? null : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** Identity of a running process, by default of this one. */
export function identifyProcess(pid: number = process.pid): ProcessIdentity {
  const ticks = statFields(pid)?.[19];
  return { pid, startTicks: ticks === undefined ? null : Number(ticks), bootId: read('/proc/sys/kernel/random/boot_id')?.trim() ?? null };
}

/** Whether that very process still runs. A zombie does not. Where /proc is absent, whether some process has its pid. */
export function isRunning(identity: ProcessIdentity): boolean {
  if (identity.startTicks === null) {
    try {
      return process.kill(identity.pid, 0);
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EPERM';
    }
  }
  const fields = statFields(identity.pid);
  if (fields === null || fields[0] === 'Z' || fields[0] === 'X') return false;
  const now = identifyProcess(identity.pid);
  return now.startTicks === identity.startTicks && now.bootId === identity.bootId;
}
