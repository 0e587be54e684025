import { readdirSync, readFileSync } from 'node:fs';

/** Children of a process, theirs too. */
function family(pid: number): number[] {
  const own: number[] = [pid];
  try {
    for (const task of readdirSync(`/proc/${pid}/task`)) {
      for (const child of readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ')) if (child.trim() !== '') own.push(...family(Number(child)));
    }
  } catch {
    // It has ended meanwhile.
  }
  return own;
}

/** Time on a processor so far of processes and what they started, s, all their threads, as the scheduler counts it. */
export function processorSeconds(pids: readonly number[]): number {
  let ns = 0;
  for (const pid of pids.flatMap(family)) {
    for (const task of tasksOf(pid)) {
      try {
        ns += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]);
      } catch {
        // The thread has ended meanwhile; what it used is small against the whole.
      }
    }
  }
  return ns / 1e9 + pids.reduce((sum, pid) => sum + reapedSeconds(pid), 0);
}

/** Ticks of user and system time in /proc/<pid>/stat, a second. */
const ticks = 100;

/** What children that have ended used: npm's ping starts one for each probe. */
function reapedSeconds(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[13]) + Number(fields[14])) / ticks;
  } catch {
    return 0;
  }
}

/** Memory of processes and what they started, MB, shared pages by halves and thirds (Pss). */
export function megabytes(pids: readonly number[]): number {
  let kilobytes = 0;
  for (const pid of pids.flatMap(family)) {
    try {
      kilobytes += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
    } catch {
      // It has ended meanwhile.
    }
  }
  return kilobytes / 1024;
}

/** The most memory that any one of these processes, and of what they started, has had so far, MB: its resident set with all that is shared. */
export function largestMegabytes(pids: readonly number[]): number {
  const kilobytes = pids.flatMap(family).map((pid) => {
    try {
      return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
    } catch {
      return 0;
    }
  });
  return Math.max(0, ...kilobytes) / 1024;
}

function tasksOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}
