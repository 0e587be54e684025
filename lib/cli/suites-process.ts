import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openScrubbedLog } from '../record/scrubbed-log.ts';
import { fileURLToPath } from 'node:url';
import { assignmentVariable } from '../scenario/session.ts';
import type { Assignment } from '../scenario/session.ts';

export interface SuitesEnd {
  /** Exit code of the runner, null when it was killed. */
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface SuitesProcess {
  pid: number;
  /** Resolves when the runner has ended and nothing of its process group is left that could still inject. */
  ended: Promise<SuitesEnd>;
  /** Ends the runner and its workers at once. Mending is not its business but ours. */
  kill(): void;
}

const pollMs = 10;
/** How long the rest of what the runner printed is waited for when all of its group is gone, ms. */
const restOfOutputMs = 1000;
/** A killed process that has not gone after this time hangs in the kernel and does nothing more, ms. */
const goneMs = 10_000;

/** Sends a signal to a whole process group. False when there is none any more. */
export function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

/** Kills what is left of a process group and waits until it is gone. */
export async function endGroup(pid: number): Promise<void> {
  const deadline = performance.now() + goneMs;
  while (signalGroup(pid, 'SIGKILL') && performance.now() < deadline) await sleep(pollMs);
}

/**
 * Starts the process that conducts the scenarios, in a process group of its own, so that a terminal's Ctrl-C reaches us
 * only. It holds the other end of a pipe of ours and ends with its whole group when we are gone; when it ends first, in
 * whichever way, its group is ended with it. What it prints goes to runner.log, line by line and without secrets.
 */
export function startSuites(assignment: Assignment): SuitesProcess {
  const log = openScrubbedLog(join(assignment.runFolder, 'runner.log'));
  const child = spawn(process.execPath, [fileURLToPath(new URL('../scenario/runner.ts', import.meta.url))], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, [assignmentVariable]: JSON.stringify(assignment) },
  });
  child.stdin?.on('error', () => undefined);
  const { pid } = child;
  const printed = Promise.all([child.stdout, child.stderr].map(async (stream) => log.follow(stream)));
  const exit = new Promise<SuitesEnd>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  return {
    pid: pid ?? 0,
    ended: exit.then(async (end) => {
      if (pid !== undefined) await endGroup(pid);
      await Promise.race([printed, sleep(restOfOutputMs)]);
      return end;
    }),
    kill: () => void (pid !== undefined && signalGroup(pid, 'SIGKILL')),
  };
}
