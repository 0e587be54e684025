import type { ClusterMembership } from '../../platforms/proxmox/requests/cluster.ts';
import { configuredVotes, hasQDevice } from '../../platforms/proxmox/requests/cluster.ts';
import { readVoteTable } from '../../platforms/votequorum.ts';
import type { VoteTable } from '../../platforms/votequorum.ts';
import { quote } from '../../record/scrub.ts';
import { SshError } from '../../transports/ssh-error.ts';
import type { CallOptions, Snapshot } from '../hypervisor.ts';
import type { ProxmoxContext } from './context.ts';

export type Votes = NonNullable<Snapshot['votes']>;

const command = ['pvecm', 'status'];
const commandTimeoutMs = 8000;

/** The votes as `pvecm status` tells them: it knows the nodes by their ids, and by their addresses. */
function told(membership: ClusterMembership, { expected, present, needed, members }: VoteTable): Votes {
  const byNode = Object.fromEntries(membership.nodes.flatMap(({ id, name }) => members.filter((member) => member.id === id).map(({ votes }) => [name, votes])));
  return { expected, present, needed, byNode };
}

/** A majority of what is configured: Proxmox VE uses votequorum as it is. */
function counted(membership: ClusterMembership, configured: ReadonlyMap<string, number>): Votes {
  const sum = (names: readonly string[]): number => names.reduce((total, name) => total + (configured.get(name) ?? 0), 0);
  const expected = sum([...configured.keys()]);
  const online = membership.nodes.filter((node) => node.online).map(({ name }) => name);
  return { expected, present: sum(online), needed: Math.floor(expected / 2) + 1, byNode: Object.fromEntries([...configured].filter(([name]) => online.includes(name))) };
}

/**
 * The votes: as a node with quorum counts them itself (`pvecm status`) where there is ssh, else those of the configured nodes that are
 * online. With a QDevice only the former will do: the API does not say how many votes it casts.
 *
 * @throws Error saying why they cannot be told.
 */
export async function votesOf({ client, fleet }: ProxmoxContext, membership: ClusterMembership, endpoint: string, options: CallOptions = {}): Promise<Votes> {
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  let overSsh = 'the environment file gives no ssh';
  const host = fleet?.hosts.get(endpoint);
  if (host !== undefined) {
    try {
      const { code, stdout, stderr } = await host.exec(command, { timeoutMs: commandTimeoutMs, ...signal });
      const table = readVoteTable(stdout);
      if (table !== null) return told(membership, table);
      overSsh = `"${command.join(' ')}" on ${endpoint} ended with status ${code}: ${quote((stderr || stdout).trim(), 200)}`;
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!(error instanceof SshError)) throw error;
      overSsh = error.message;
    }
  }
  const [configured, device] = await Promise.all([client.read(configuredVotes(), { ...signal, endpoint }), client.read(hasQDevice(), { ...signal, endpoint })]);
  if (device) throw new Error(`there is a QDevice, and the API does not say how many votes it casts; ${overSsh}`);
  return counted(membership, new Map(configured.map(({ node, votes }) => [node, votes])));
}
