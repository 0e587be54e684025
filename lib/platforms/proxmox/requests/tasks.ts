import { z } from 'zod';
import { perlNumber, perlText } from '../perl.ts';
import { read, write } from '../request.ts';
import type { ProxmoxRead, ProxmoxWrite } from '../request.ts';

/** A task in a list. */
export interface ListedTask {
  upid: string;
  node: string;
  /** For example `qmigrate`. */
  type: string;
  /** What it works on: a guest's id, or empty. */
  id: string;
  user: string;
  /** Seconds since 1970, by the clock of its node. */
  startTime: number;
  /** Null while it runs. */
  endTime: number | null;
  /** How it ended: `OK`, `WARNINGS: n` or the error; null while it runs. */
  status: string | null;
}

const listed = z
  .array(z.object({ upid: z.string(), node: z.string(), type: z.string(), id: perlText.nullish(), user: z.string(), starttime: perlNumber, endtime: perlNumber.nullish(), status: z.string().nullish() }))
  .transform((rows) => rows.map(({ id, starttime, endtime, status, ...row }): ListedTask => ({ ...row, id: id ?? '', startTime: starttime, endTime: endtime ?? null, status: endtime === null || endtime === undefined ? null : (status ?? 'unexpected status') })));

/** Tasks of the whole cluster: those that run, and the newest 25 that ended on each node. */
export function clusterTasks(): ProxmoxRead<ListedTask[]> {
  return read('/cluster/tasks', {}, listed);
}

export interface TaskFilter {
  vmid?: string | undefined;
  /** Seconds since 1970, by the clock of the node. */
  since?: number | undefined;
}

/** Tasks of one node, running and ended. The API's own limit is 50. */
export function nodeTasks(node: string, { vmid, since }: TaskFilter = {}): ProxmoxRead<ListedTask[]> {
  return read('/nodes/{node}/tasks', { node }, listed, { source: 'all', limit: 500, vmid, since });
}

/** How a task stands; `exitStatus` is null while it runs. */
export interface TaskStatus {
  running: boolean;
  exitStatus: string | null;
}

const status = z.object({ status: z.enum(['running', 'stopped']), exitstatus: z.string().optional() }).transform((task): TaskStatus => ({ running: task.status === 'running', exitStatus: task.exitstatus ?? null }));

export function taskStatus(node: string, upid: string): ProxmoxRead<TaskStatus> {
  return read('/nodes/{node}/tasks/{upid}/status', { node, upid }, status);
}

/** Lines `start` (from 0) and following of a task's log; the API's own limit is 50 lines. */
export function taskLogPage(node: string, upid: string, start: number, limit: number): ProxmoxRead<string[]> {
  const lines = z.array(z.object({ n: perlNumber, t: z.string() })).transform((rows) => rows.toSorted((one, other) => one.n - other.n).map(({ t }) => t));
  return read('/nodes/{node}/tasks/{upid}/log', { node, upid }, lines, { start, limit });
}

/** Ends a task that runs; what it leaves behind is the platform's. */
export function stopTask(node: string, upid: string): ProxmoxWrite<null> {
  return write('DELETE', '/nodes/{node}/tasks/{upid}', { node, upid }, z.unknown().transform(() => null));
}
