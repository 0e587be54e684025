import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
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
  ended: Promise<SuitesEnd>;
  /** Ends the runner and its workers at once. Mending is not its business but ours. */
  kill(): void;
}

/**
 * Starts the process that conducts the scenarios, in a process group of its own, so that a terminal's Ctrl-C reaches us
 * only. It holds the other end of a pipe of ours and ends with its whole group when we are gone.
 */
export function startSuites(assignment: Assignment): SuitesProcess {
  const log = openSync(join(assignment.runFolder, 'runner.log'), 'a', 0o600);
  const child = spawn(process.execPath, [fileURLToPath(new URL('../scenario/runner.ts', import.meta.url))], {
    detached: true,
    stdio: ['pipe', log, log],
    env: { ...process.env, [assignmentVariable]: JSON.stringify(assignment) },
  });
  closeSync(log);
  const ended = new Promise<SuitesEnd>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  return {
    pid: child.pid ?? 0,
    ended,
    kill: () => {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      process.kill(-child.pid, 'SIGKILL');
    },
  };
}
