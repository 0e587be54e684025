import type { ProxmoxClient } from './client.ts';
import type { Clock } from './clock.ts';
import { ProxmoxError, tellsNothing } from './proxmox-error.ts';
import { taskLogPage, taskStatus } from './requests/tasks.ts';
import type { Upid } from './upid.ts';

/** How a task ended, as far as it can be told. `unknown` is not a failure: nothing is proven either way. */
export type TaskEnd =
  | { state: 'ok'; status: string; warnings: number }
  | { state: 'failed'; status: string }
  | { state: 'unknown'; why: string };

export interface FollowedTask {
  end: TaskEnd;
  log: string[];
  /** The log was read to its last line, `TASK OK` or another. */
  logComplete: boolean;
}

export interface FollowOptions {
  clock: Clock;
  /** After this it is given up, ms; the task itself is not ended. */
  timeoutMs: number;
  /** Default 1000 ms. */
  pollMs?: number;
  /** Its node must not be silent, or the API answer 5xx, for longer than this, ms: then the task has died with it, or nobody can tell. Default 60 s. */
  nodeSilentMs?: number;
  signal?: AbortSignal;
  /** Called with the log so far whenever it has grown. */
  onLog?: (log: readonly string[]) => void;
}

const logPageLines = 500;

/** What a task says when its worker died without a last word (PVE::UPID, read_status); also for a moment before the last line is written. */
const unexpected = 'unexpected status';

/** What stands in the place of a log that is empty or not there yet (PVE::Tools, dump_logfile). */
const noLog = /^(?:no content|unable to open file - .*)$/;

/** `OK` and `WARNINGS: n` are success; whether warnings are good enough is the environment's policy, not ours. */
export function judgeExit(status: string): TaskEnd {
  const [success, warnings = '0'] = /^(?:OK|WARNINGS: (\d+))$/.exec(status) ?? [];
  return success === undefined ? { state: 'failed', status } : { state: 'ok', status, warnings: Number(warnings) };
}

/** The log of a task from line `start` (from 0) to its end. The API gives 50 lines unless asked for more, so it is read in pages. */
export async function readTaskLog(client: ProxmoxClient, { node, text }: Upid, start: number, signal?: AbortSignal): Promise<string[]> {
  const lines: string[] = [];
  for (;;) {
    const page = await client.read(taskLogPage(node, text, start + lines.length, logPageLines), signal === undefined ? {} : { signal });
    if (start + lines.length === 0 && page.length === 1 && noLog.test(page[0] ?? '')) return [];
    lines.push(...page);
    if (page.length < logPageLines) return lines;
  }
}

/** A failure of the way to the node, of the node, or of the API itself: it may pass. */
function mayPass(error: unknown): error is ProxmoxError {
  return error instanceof ProxmoxError && (['unreachable', 'node-unreachable', 'node-silent'].includes(error.kind) || tellsNothing(error));
}

/** The node has forgotten the task: 400, "no such task" (it was installed anew, or its task files are gone). */
function isForgotten(error: unknown): error is ProxmoxError {
  return error instanceof ProxmoxError && error.kind === 'parameters' && 'upid' in error.parameters;
}

/**
 * Follows a task to its end, through nodes and endpoints that die meanwhile.
 *
 * @throws ProxmoxError when it may not be read, or the signal aborts.
 */
export async function followTask(client: ProxmoxClient, task: Upid, options: FollowOptions): Promise<FollowedTask> {
  const { clock, timeoutMs, pollMs = 1000, nodeSilentMs = 60_000, signal, onLog } = options;
  const asking = signal === undefined ? {} : { signal };
  const startedAt = clock.now();
  let log: string[] = [];
  let silentSince: number | null = null;
  let unexpectedBefore = false;

  const growLog = async (): Promise<void> => {
    try {
      const more = await readTaskLog(client, task, log.length, signal);
      if (more.length === 0) return;
      log = [...log, ...more];
      onLog?.(log);
    } catch (error) {
      if (!mayPass(error) && !isForgotten(error)) throw error;
    }
  };

  const look = async (): Promise<TaskEnd | null> => {
    try {
      const { running, exitStatus } = await client.read(taskStatus(task.node, task.text), asking);
      silentSince = null;
      if (running) return null;
      if (exitStatus !== null && exitStatus !== unexpected) return judgeExit(exitStatus);
      if (unexpectedBefore) return { state: 'unknown', why: `The worker of ${task.text} ended without saying how: it was killed, or its node went down. Look at what it worked on.` };
      unexpectedBefore = true;
      return null;
    } catch (error) {
      if (isForgotten(error)) return { state: 'unknown', why: `The node ${task.node} does not know the task any more: ${error.message}` };
      if (!mayPass(error)) throw error;
      silentSince ??= clock.now();
      if (clock.now() - silentSince < nodeSilentMs) return null;
      return { state: 'unknown', why: `The node ${task.node} carried out ${task.text} and has not answered for ${Math.round((clock.now() - silentSince) / 1000)} s; how the task ended died with it. ${error.message}` };
    }
  };

  for (;;) {
    const end = await look();
    await growLog();
    if (end !== null) {
      // Once more from the first line: the last one of an earlier reading may have been half written.
      const whole = await readTaskLog(client, task, 0, signal).catch((error: unknown) => {
        if (mayPass(error) || isForgotten(error)) return log;
        throw error;
      });
      return { end, log: whole, logComplete: /^TASK (?:OK|WARNINGS|ERROR)/.test(whole.at(-1) ?? '') };
    }
    if (clock.now() - startedAt >= timeoutMs) return { end: { state: 'unknown', why: `${task.text} still ran, or its node was silent, after ${Math.round(timeoutMs / 1000)} s. It was left alone.` }, log, logComplete: false };
    await clock.sleep(pollMs, signal);
  }
}
