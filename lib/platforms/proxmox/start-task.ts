import type { ProxmoxClient, ProxmoxOptions, Written } from './client.ts';
import type { Clock } from './clock.ts';
import { ProxmoxError } from './proxmox-error.ts';
import type { ProxmoxWrite } from './request.ts';
import { nodeTasks } from './requests/tasks.ts';
import type { ListedTask } from './requests/tasks.ts';
import { parseUpid } from './upid.ts';
import type { Upid } from './upid.ts';

/** How long and how often a task is looked for whose start was not answered, ms. A proxied request that hangs is given up by pveproxy after 30 s. */
const lookForMs = 45_000;
const lookEveryMs = 3000;

export interface StartOptions extends ProxmoxOptions {
  clock: Clock;
  /** Node that will carry the task out, and the guest it is about. */
  node: string;
  vmid: string;
  /** Types that the task may have, for example `vzdump`, or `qmigrate` and `hamigrate`. */
  types: readonly string[];
}

function noTask(request: ProxmoxWrite<unknown>, value: unknown): ProxmoxError {
  const { template, path } = request;
  const node = path['node'] ?? 'the node';
  const meaning = template.endsWith('/vzdump') && value === 'OK'
    ? `The guest does not run on ${node}, so there was nothing to back up there, and NO backup was made. Ask the node that has the guest now.`
    : 'No task was started that could be followed. Look at the guest and at the task list of the node.';
  return new ProxmoxError('no-task', `${request.method} ${template}: it answered 200 with ${JSON.stringify(value)} where the id of a task (UPID) was expected. ${meaning}`, { status: 200, node });
}

/**
 * Starts a task, once. Where it is not known whether it was started (596, a timeout, a lost answer), the node's list of tasks is
 * looked through for one that was not there before; it is never started a second time.
 *
 * @returns `unknown` when none was found, or several: it may still start.
 * @throws ProxmoxError when it was certainly not started, also for a success without a UPID.
 */
export async function startTask(client: ProxmoxClient, request: ProxmoxWrite<unknown>, options: StartOptions): Promise<Written<Upid>> {
  const { clock, node, vmid, types, ...rest } = options;
  const listed = async (): Promise<ListedTask[]> => (await client.read(nodeTasks(node, { vmid }), rest)).filter(({ type }) => types.includes(type));
  const before = new Set((await listed()).map(({ upid }) => upid));
  const started = await client.write(request, rest);
  if (started.outcome === 'done') {
    const upid = parseUpid(started.value);
    if (upid === null) throw noTask(request, started.value);
    return { outcome: 'done', value: upid };
  }
  for (const until = clock.now() + lookForMs; clock.now() < until; await clock.sleep(lookEveryMs, rest.signal)) {
    const found = await listed().catch((error: unknown) => {
      if (error instanceof ProxmoxError && error.kind !== 'aborted') return [];
      throw error;
    });
    const fresh = found.filter(({ upid }) => !before.has(upid));
    const upid = fresh.length === 1 ? parseUpid(fresh[0]?.upid) : null;
    if (upid !== null) return { outcome: 'done', value: upid };
    if (fresh.length > 1) return { outcome: 'unknown', why: `${started.why} Since then ${fresh.length} tasks of this kind began on ${node}: ${fresh.map(({ upid: each }) => each).join(', ')}. Which of them is ours cannot be told.` };
  }
  return { outcome: 'unknown', why: `${started.why} No task of this kind has begun on ${node} within ${lookForMs / 1000} s; it may still begin. Look at the guest and its tasks before asking again.` };
}
