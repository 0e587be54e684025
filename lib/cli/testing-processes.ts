import { readFileSync, readdirSync } from 'node:fs';

/** Processes that a process has started and that are there now, by pid. */
export function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' ').filter((word) => word !== '').map(Number));
  } catch {
    return [];
  }
}
