import type { GuestConfig } from '../../environment/environment.ts';
import { listedGuestsOfCluster } from '../../platforms/proxmox/requests/cluster.ts';
import { haCurrent } from '../../platforms/proxmox/requests/ha.ts';
import type { HaService } from '../../platforms/proxmox/requests/ha.ts';
import { AdapterError } from '../adapter-error.ts';
import type { AdapterFault } from '../adapter-error.ts';
import type { ProxmoxContext } from './context.ts';
import { quorateView } from './quorate-view.ts';
import type { QuorateView } from './quorate-view.ts';
import { guestIdOf } from './states.ts';

/** A guest of the environment file as it stands on the cluster, told by a node with quorum. */
export interface FoundGuest {
  config: GuestConfig;
  /** Node that has it now. */
  node: string;
  /** Null when HA does not manage it. */
  service: HaService | null;
  view: QuorateView;
}

/** Something that was not begun. */
export function refuse(blame: AdapterFault['blame'], phase: string, target: string, message: string, remedy: string): AdapterError {
  return new AdapterError({ message, blame, impact: 'Nothing was done.', remedy, phase, target });
}

/** @throws AdapterError when the environment file or the cluster has no such guest, or there is no quorum. */
export async function findGuest(context: ProxmoxContext, name: string, phase: string, signal: AbortSignal): Promise<FoundGuest> {
  const { client, environment } = context;
  const config = environment.guests.find((guest) => guest.name === name);
  if (config === undefined) throw refuse('tool', phase, name, `The environment file lists no guest "${name}".`, `Its guests are ${environment.guests.map((guest) => guest.name).join(', ')}.`);
  const view = await quorateView(context, { signal });
  const { membership, endpoint } = view;
  if (!membership.quorate) throw refuse('cluster', phase, name, 'No node that answers has quorum.', 'Bring nodes back until the cluster has it.');
  const [listed, ha] = await Promise.all([client.read(listedGuestsOfCluster(), { signal, endpoint }), client.read(haCurrent(), { signal, endpoint })]);
  const row = listed.find(({ id }) => id === config.id);
  if (row === undefined) throw refuse('cluster', phase, name, `The cluster has no guest ${config.id}, or the account may not see it.`, `Check guests[].id of ${name}, and that the account has VM.Audit on it.`);
  if (row.kind !== config.kind) throw refuse('tool', phase, name, `${name} (${config.id}) is a ${row.kind} on the cluster, and a ${config.kind} in the environment file.`, `Set guests[].kind of ${name} to ${row.kind}.`);
  const service = ha.services.find(({ sid, state }) => guestIdOf(sid) === config.id && state !== 'ignored');
  return { config, node: row.node, service: service ?? null, view };
}
