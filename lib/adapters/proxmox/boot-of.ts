import { quote } from '../../record/scrub.ts';
import { agentFile } from '../../platforms/proxmox/requests/agent.ts';
import type { CallOptions } from '../hypervisor.ts';
import { allow, within } from '../operation.ts';
import type { BootWord } from '../outcomes.ts';
import type { ProxmoxContext } from './context.ts';
import { findGuest } from './guest-lookup.ts';

const timeoutMs = 15_000;
/** Linux gives itself another one whenever it starts (random(4)). */
const bootIdFile = '/proc/sys/kernel/random/boot_id';
const phase = 'reading the boot id';

/**
 * The boot id of a running VM, read as a file by its agent. A guest that has no agent or no such file, whose agent must not read files
 * (RHEL and its kin, by default), or an account that must not, leaves it unknown.
 */
export async function bootOf(context: ProxmoxContext, name: string, options?: CallOptions): Promise<BootWord> {
  try {
    return await within(allow(options, timeoutMs, phase, name), async (signal) => {
      const { config: { id, kind }, node } = await findGuest(context, name, phase, signal);
      if (kind === 'container') return { boot: null, detail: 'the kernel of a container is its node\'s' };
      const said = (await context.client.read(agentFile(node, id, bootIdFile), { signal }))?.trim() ?? '';
      return /^[\w-]{4,64}$/.test(said) ? { boot: said, detail: `${bootIdFile}, read by its agent` } : { boot: null, detail: `its agent answers "${quote(said, 80)}" for ${bootIdFile}` };
    });
  } catch (error) {
    options?.signal?.throwIfAborted();
    return { boot: null, detail: (error as Error).message.replace(/\.$/, '') };
  }
}
