import { haResources } from '../../platforms/proxmox/requests/ha.ts';
import type { CallOptions } from '../hypervisor.ts';
import type { ExpectedRecovery } from '../outcomes.ts';
import { told } from './context.ts';
import type { ProxmoxContext } from './context.ts';
import { expectedRecovery } from './expected-recovery.ts';
import { refuse } from './guest-lookup.ts';
import { quorateView } from './quorate-view.ts';
import { guestIdOf } from './states.ts';

const phase = 'reading what is expected of a recovery';

/** watchdog-mux.c: a node that lost quorum while its resource manager was active stops feeding its watchdog, and is reset after 60 s, and up to 10 s of the device. */
const selfFencing = 'the node itself, cut off with guests under HA, is reset by its watchdog after 60 to 70 s: beside this, and no part of it';

/**
 * What the platform's constants and the guest's HA resource let one expect of the loss of its node.
 *
 * @param options `role`: of the node when it was lost. Where it is not known, it may have been the manager's: then the manager's lock counts.
 * @throws AdapterError for a guest that HA does not restart: nothing can be expected of it
 */
export async function tellRecovery(context: ProxmoxContext, guest: string, loss: 'power' | 'network', { role = null, ...options }: CallOptions & { role?: string | null } = {}): Promise<ExpectedRecovery> {
  const bounds = [options.signal, options.timeoutMs === undefined ? undefined : AbortSignal.timeout(options.timeoutMs)].filter((bound) => bound !== undefined);
  const signal = AbortSignal.any(bounds);
  const id = context.environment.guests.find(({ name }) => name === guest)?.id;
  const resources = await told((async () => {
    const { endpoint } = await quorateView(context, { signal });
    return context.client.read(haResources(), { signal, endpoint });
  })(), phase, guest, 'Nothing is known of what is expected.');
  const resource = resources.find(({ sid }) => guestIdOf(sid) === id);
  if (resource === undefined || !['started', 'enabled'].includes(resource.state)) throw refuse('cluster', phase, guest, `HA does not start ${guest} elsewhere: it ${resource === undefined ? 'is no HA resource' : `is to be ${resource.state}`}.`, `Add it with "ha-manager add", or set its state to started.`);
  const isWorker = role === 'worker';
  const { loMs, hiMs, slowHiMs, terms } = expectedRecovery(isWorker ? 'worker' : 'coordinator', 0);
  return {
    loMs,
    hiMs,
    terms: [
      `the node was ${isWorker ? 'a worker' : role === 'coordinator' ? "the manager's (CRM master)" : "perhaps the manager's: its role is not known"}`,
      ...terms.filter((term) => !term.endsWith('to start')),
      `so up to ${slowHiMs / 1000} s on that slow path`,
      `${resource.sid} may be started anew ${resource.maxRestart ?? 1} times on a node, and on ${resource.maxRelocate ?? 1} nodes more, where its start fails (max_restart, max_relocate)`,
      ...(loss === 'network' ? [selfFencing] : []),
    ],
    longestWait: { ms: loMs, words: `the 120 s that the agent lock of the lost node lives (a constant of pmxcfs that no setting shortens)${isWorker ? '' : ", before them up to as much for the manager's lock"}` },
  };
}
