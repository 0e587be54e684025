import { guestConfig } from '../../platforms/proxmox/requests/guests.ts';
import type { CallOptions, Caution, Snapshot } from '../hypervisor.ts';
import type { ProxmoxContext } from './context.ts';
import { obstacle } from './scratch-guest.ts';

/**
 * Guests that may be touched and whose backups cannot be restored beside them by this account: the row backup-restore is refused for
 * each of them alone, before anything is done. A configuration that cannot be read now speaks against nothing: the restoration reads it
 * again, and refuses by itself. Asks nothing where nothing is restored.
 */
export async function restoreCautions({ client, environment, settings }: ProxmoxContext, guests: Snapshot['guests'], { signal }: CallOptions = {}): Promise<Caution[]> {
  const { faults, guests: allowed } = environment.allow;
  if (settings.backup === undefined || !faults.includes('backup-restore')) return [];
  const found = await Promise.all(environment.guests.filter(({ name }) => allowed.includes(name)).map(async ({ name, id, kind }): Promise<Caution[]> => {
    const node = guests.find((guest) => guest.name === name)?.runningOn[0];
    if (node === undefined) return [];
    try {
      const stands = obstacle(name, await client.read(guestConfig(node, kind, id, { current: true }), signal === undefined ? {} : { signal }), client.user);
      return stands === null ? [] : [{ faults: ['backup-restore'], node: null, guest: name, ...stands }];
    } catch {
      signal?.throwIfAborted();
      return [];
    }
  }));
  return found.flat();
}
