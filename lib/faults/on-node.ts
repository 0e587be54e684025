import type { Environment } from '../environment/environment.ts';
import type { SshHost } from '../transports/ssh.ts';
import { nodeNamed } from './environment-parts.ts';
import { onHost, type Way } from './on-host.ts';

/** The way to a node past the cluster. @throws Error when the environment file has none */
export function wayToNode(environment: Environment, name: string): Way {
  const { ssh } = environment;
  if (ssh === undefined) throw new Error(`The node "${name}" is to be reached by ssh, and ${environment.source.path} does not say how. Add ssh: { user: root, key: "file:...", knownHosts: "file:..." }.`);
  const { address } = nodeNamed(environment, name);
  const endpoint = environment.endpoints.find(({ node }) => node === name);
  // The port of an endpoint is that of ssh only where the platform itself is driven over ssh.
  return { name, address: endpoint === undefined || environment.platform === 'proxmox' ? address : endpoint.address, ...(endpoint?.port === undefined || environment.platform === 'proxmox' ? {} : { port: endpoint.port }), login: ssh };
}

/**
 * Uses a connection of its own to one node.
 *
 * @throws Error when the environment file has no way in; SshError when the node does not let us in
 */
export async function onNode<T>(environment: Environment, name: string, signal: AbortSignal, use: (host: SshHost) => Promise<T>): Promise<T> {
  return onHost(wayToNode(environment, name), signal, use);
}
