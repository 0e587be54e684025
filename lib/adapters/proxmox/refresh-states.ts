import type { ProxmoxRead } from '../../platforms/proxmox/request.ts';
import { haCurrent, haManagerStatus } from '../../platforms/proxmox/requests/ha.ts';
import type { CallOptions } from '../hypervisor.ts';
import type { StateRecorder } from '../state-recorder.ts';
import type { ProxmoxContext } from './context.ts';
import { heardParts } from './heard-states.ts';
import type { HeardClient } from './heard-states.ts';
import { quorateView } from './quorate-view.ts';
import { readCeph } from './storage.ts';

/** Nodes that are asked in vain take their time one after the other, ms. */
const defaultTimeoutMs = 20_000;

const nowNs = (): number => Number(process.hrtime.bigint());

/**
 * Reads the HA manager, as an endpoint with quorum sees it, and Ceph where nobody has for so long: what they say is heard by the client
 * (`hearStates`); that there is nobody to ask is heard here. Never throws.
 *
 * @param olderThanMs ms since the newest reading was begun
 */
export async function refreshStates(context: ProxmoxContext, { ha, ceph }: Pick<HeardClient, 'ha' | 'ceph'>, olderThanMs: number, { signal, timeoutMs = defaultTimeoutMs }: CallOptions = {}): Promise<void> {
  const isDue = (recorder: StateRecorder, part: string): boolean => nowNs() - (recorder.newestNs(part) ?? -Infinity) > olderThanMs * 1e6;
  const dueOfHa = [haCurrent(), haManagerStatus()].filter(({ template }) => isDue(ha, template));
  const isCephDue = context.ceph !== null && isDue(ceph, heardParts.ceph);
  if (dueOfHa.length === 0 && !isCephDue) return;
  const options = { signal: AbortSignal.any([...(signal === undefined ? [] : [signal]), AbortSignal.timeout(timeoutMs)]) };
  const refreshHa = async (): Promise<void> => {
    if (dueOfHa.length === 0) return;
    const fromNs = nowNs();
    const view = await quorateView(context, options).catch((error: Error) => {
      if (signal?.aborted !== true) for (const { template } of dueOfHa) ha.failed(template, { fromNs, toNs: nowNs() }, error.message);
      return null;
    });
    if (view !== null) await Promise.allSettled(dueOfHa.map((request: ProxmoxRead<unknown>) => context.client.read(request, { ...options, endpoint: view.endpoint })));
  };
  await Promise.allSettled([refreshHa(), ...(isCephDue ? [readCeph(context, options)] : [])]);
}
