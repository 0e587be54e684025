import type { PowerHand } from '../../environment/environment.ts';
import { openProxmox } from '../../platforms/proxmox/client.ts';
import type { ProxmoxClient, Written } from '../../platforms/proxmox/client.ts';
import { chooseCredentials } from '../../platforms/proxmox/credentials.ts';
import { listedGuestsOfCluster } from '../../platforms/proxmox/requests/cluster.ts';
import { guestConfig, guestNow, setGuestConfig } from '../../platforms/proxmox/requests/guests.ts';
import type { GuestNow } from '../../platforms/proxmox/requests/guests.ts';

export type ParentHand = Extract<PowerHand, { hand: 'parent-proxmox' }>;

/** A Proxmox VE of which a node is a guest. Connects when asked something, and keeps nothing open. */
export interface Parent {
  client: ProxmoxClient;
  /** The parent's host on which the guest is now. @throws Error when the parent shows no such guest */
  host(signal: AbortSignal): Promise<string>;
  now(signal: AbortSignal): Promise<GuestNow>;
  /** The guest's configuration: `running` as it is in force, `wanted` with changes that wait for the next start. */
  config(which: 'running' | 'wanted', signal: AbortSignal): Promise<Record<string, string>>;
  /** @throws Error when it was refused, or nobody knows whether it was done */
  change(options: Readonly<Record<string, string>>, signal: AbortSignal): Promise<void>;
}

export const defaultPort = 8006;

function clientOf(hand: ParentHand): ProxmoxClient {
  const { hostname, port } = new URL(hand.url);
  const text = hand.credentials.reveal();
  // A token's name follows "!", and a password may hold one as well, but behind the colon only.
  const isToken = /^[^:]*![^=:]+=/.test(text);
  return openProxmox({
    endpoints: [{ node: 'parent', address: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? defaultPort : Number(port), ...(hand.fingerprint === undefined ? {} : { fingerprint: hand.fingerprint }) }],
    credentials: chooseCredentials(isToken ? { token: text } : { login: text }),
    ...(hand.ca === undefined ? {} : { ca: hand.ca.reveal() }),
  });
}

/** What was written, or an error that says that nobody knows. */
export function certainly<T>(written: Written<T>, what: string): T {
  if (written.outcome === 'done') return written.value;
  throw new Error(`Whether ${what} is not known: ${written.why}`);
}

/** The parent of a node by its power hand. */
export function openParent(hand: ParentHand): Parent {
  const client = clientOf(hand);
  const host = async (signal: AbortSignal): Promise<string> => {
    const found = (await client.read(listedGuestsOfCluster(), { signal })).find(({ id, kind }) => id === hand.guest && kind === 'vm');
    if (found === undefined) throw new Error(`The parent at ${hand.url} shows no virtual machine ${hand.guest}: lists are shortened for whoever may not see. Correct nodes[].power.guest, or give the user VM.Audit on /vms/${hand.guest}.`);
    return found.node;
  };
  return {
    client,
    host,
    now: async (signal) => client.read(guestNow(await host(signal), 'vm', hand.guest), { signal }),
    config: async (which, signal) => client.read(guestConfig(await host(signal), 'vm', hand.guest, { current: which === 'running' }), { signal }),
    change: async (options, signal) => {
      certainly(await client.write(setGuestConfig(await host(signal), 'vm', hand.guest, options), { signal }), `the parent at ${hand.url} changed guest ${hand.guest} (${Object.keys(options).join(', ')})`);
    },
  };
}
