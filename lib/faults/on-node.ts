import type { Environment } from '../environment/environment.ts';
import { openFleet } from '../transports/ssh-fleet.ts';
import type { SshHost } from '../transports/ssh.ts';
import { nodeNamed } from './environment-parts.ts';

/** How long a node may take to let us in, ms. */
const connectTimeoutMs = 10_000;

/**
 * Uses a connection of its own to one node: a hand is worked from processes that come and go, and must not trust one that was made
 * before the fault.
 *
 * @throws Error when the environment file has no way in; SshError when the node does not let us in
 */
export async function onNode<T>(environment: Environment, name: string, signal: AbortSignal, use: (host: SshHost) => Promise<T>): Promise<T> {
  const { ssh } = environment;
  if (ssh === undefined) throw new Error(`The node "${name}" is to be reached by ssh, and ${environment.source.path} does not say how. Add ssh: { user: root, key: "file:...", knownHosts: "file:..." }.`);
  const fleet = openFleet([{ name, address: nodeNamed(environment, name).address }], { user: ssh.user, port: ssh.port, key: ssh.key.reveal(), knownHosts: ssh.knownHosts.reveal() }, { signal, connectTimeoutMs });
  try {
    const host = fleet.hosts.get(name);
    if (host === undefined) throw new Error(`There is no connection to "${name}".`);
    return await use(host);
  } finally {
    await fleet.close();
  }
}
