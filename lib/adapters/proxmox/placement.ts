import { guestNow } from '../../platforms/proxmox/requests/guests.ts';
import type { CallOptions } from '../hypervisor.ts';
import { allow, within } from '../operation.ts';
import { mayPass, told } from './context.ts';
import type { ProxmoxContext } from './context.ts';
import { findGuest } from './guest-lookup.ts';

const timeoutMs = 600_000;
const pollMs = 2000;
const phase = 'clear placement';

/**
 * A move leaves nothing in the configuration of Proxmox VE. But one that was given up in its middle goes on without us: this waits
 * until it has ended, because a guest in motion is not where anything after it expects it. Idempotent.
 */
export async function clearPlacement(context: ProxmoxContext, name: string, options?: CallOptions): Promise<void> {
  const { client, clock } = context;
  await within(allow(options, timeoutMs, phase, name), async (signal) => told((async () => {
    for (;;) {
      const { service, node, config } = await findGuest(context, name, phase, signal);
      const moving = service !== null && ['migrate', 'relocate', 'request_start_balance'].includes(service.state);
      // A node that is silent moves nothing; what became of its guests is for HA to say.
      const lock = moving ? null : await client.read(guestNow(node, config.kind, config.id), { signal }).then(({ lock: held }) => held, (error: unknown) => {
        if (mayPass(error)) return null;
        throw error;
      });
      if (!moving && lock !== 'migrate') return;
      await clock.sleep(pollMs, signal);
    }
  })(), phase, name, 'It may be on its way.'));
}
