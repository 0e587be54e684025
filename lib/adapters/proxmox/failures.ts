import { haCurrent, haResources, setHaState } from '../../platforms/proxmox/requests/ha.ts';
import type { HaRequest, HaResource } from '../../platforms/proxmox/requests/ha.ts';
import { AdapterError } from '../adapter-error.ts';
import type { CallOptions } from '../hypervisor.ts';
import { allow, within } from '../operation.ts';
import { told } from './context.ts';
import type { ProxmoxContext } from './context.ts';
import { quorateView } from './quorate-view.ts';

const timeoutMs = 180_000;
const pollMs = 2000;
const phase = 'clear failures';
const requests: readonly HaRequest[] = ['started', 'stopped', 'disabled', 'ignored'];

/** Stands at the end of a resource's comment while it is disabled, so that whoever comes after a crash knows what it was. */
const mark = / ?\[ha-acceptance: was (\w+)\]$/;

/** What a resource was asked to be before it was disabled by us; null when it was not. */
export function askedBefore({ comment }: Pick<HaResource, 'comment'>): HaRequest | null {
  const word = mark.exec(comment)?.[1];
  return requests.find((request) => request === word) ?? null;
}

/**
 * Makes HA forget that it gave guests up. A service in state `error` heeds nothing but being disabled; then it is asked again for what
 * it was before, which stands in its comment meanwhile. Idempotent, and takes up what an earlier call left half done.
 */
export async function clearFailures(context: ProxmoxContext, options?: CallOptions): Promise<void> {
  const { client, clock, environment } = context;
  await within(allow(options, timeoutMs, phase, environment.name), async (signal) => told((async () => {
    for (;;) {
      const { endpoint } = await quorateView(context, { signal });
      const ask = { signal, endpoint };
      const [current, resources] = await Promise.all([client.read(haCurrent(), ask), client.read(haResources(), ask)]);
      const failed = current.services.filter(({ state }) => state === 'error').map(({ sid }) => sid);
      const marked = resources.filter((resource) => askedBefore(resource) !== null);
      if (failed.length === 0 && marked.length === 0) return;
      if (!current.quorate) throw new AdapterError({ message: 'No node that answers has quorum: HA can be told nothing.', blame: 'cluster', impact: `${failed.join(', ')} stay in state error.`, remedy: 'Bring nodes back until the cluster has it.', phase, target: environment.name });
      for (const resource of resources) {
        const { sid, state, comment } = resource;
        const before = askedBefore(resource);
        const isFailed = failed.includes(sid);
        if (isFailed && before === null) {
          const was = requests.find((request) => request === state) ?? 'started';
          await client.write(setHaState(sid, 'disabled', `${comment}${comment === '' ? '' : ' '}[ha-acceptance: was ${was}]`), ask);
        } else if (!isFailed && before !== null) await client.write(setHaState(sid, before, comment.replace(mark, '')), ask);
      }
      // Read again, whatever became of the requests.
      await clock.sleep(pollMs, signal);
    }
  })(), phase, environment.name, 'HA may leave guests alone that it should run.'));
}
