import { setTimeout as sleep } from 'node:timers/promises';
import { requestHttps } from '../../transports/https-client.ts';
import type { HttpsResponse, HttpsTarget } from '../../transports/https-client.ts';
import { endedTaskStates, pathOnBmc, task } from './computer-system.ts';
import { RedfishError, refusedBy } from './redfish-error.ts';
import type { RedfishOptions } from './service.ts';

/** How long an accepted action may run, ms. A BMC switches power within seconds; a graceful shutdown may take minutes and is not waited for here. */
const taskLimitMs = 60_000;
const askEveryMs = 500;

function parsed(body: string): ReturnType<typeof task.safeParse> {
  try {
    return task.safeParse(JSON.parse(body === '' ? '{}' : body));
  } catch {
    return task.safeParse(null);
  }
}

/**
 * Waits for an action that the BMC accepted with 202 and answers for later (DSP0266, "Asynchronous operations"): its task
 * monitor says 202 while it runs. Without a monitor there is nothing to wait for; the power state tells.
 *
 * @throws RedfishError when the task failed or does not end
 */
export async function awaitTask(target: HttpsTarget, accepted: HttpsResponse, options: RedfishOptions): Promise<void> {
  const path = accepted.status === 202 ? pathOnBmc(target, accepted.headers['location']) : null;
  if (path === null) return;
  const giveUpAt = performance.now() + taskLimitMs;
  for (;;) {
    const response = await requestHttps(target, { method: 'GET', path, ...options });
    // Some BMCs forget a task as soon as it has ended.
    if (response.status === 404 || response.status === 410 || response.status === 204) return;
    if (response.status >= 400) throw refusedBy(`GET ${target.baseUrl}${path}`, response);
    const state = parsed(response.body).data;
    const ended = state?.TaskState === undefined ? response.status !== 202 : endedTaskStates.includes(state.TaskState);
    if (ended) {
      if (state?.TaskState === undefined || (state.TaskState === 'Completed' && state.TaskStatus !== 'Critical')) return;
      const words = (state.Messages ?? []).map((entry) => entry.Message ?? '').join(' ').trim();
      throw new RedfishError(`The task ${path} of the BMC at ${target.baseUrl} ended as ${state.TaskState}: ${words === '' ? 'it gives no reason; see the log of the BMC' : words}`, response.status);
    }
    if (performance.now() > giveUpAt) throw new RedfishError(`The task ${path} of the BMC at ${target.baseUrl} has not ended after ${taskLimitMs / 1000} s. Read the power state, and see the log of the BMC.`, response.status);
    await sleep(askEveryMs, undefined, options.signal === undefined ? {} : { signal: options.signal });
  }
}
