import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Environment } from '../environment/environment.ts';

/** Resolves a host name to all of its addresses. */
export type Resolve = (hostName: string) => Promise<readonly string[]>;

const lookUp: Resolve = async (hostName) => (await lookup(hostName, { all: true })).map(({ address }) => address);

/** Addresses of this machine, loopback included. */
export function localAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map((address) => address.address));
}

/** Whether an address is one of these, however it is written, or one by which every machine calls itself. */
export function isOwnAddress(address: string, ownAddresses: readonly string[]): boolean {
  if (ownAddresses.includes(address)) return true;
  if (isIP(address) === 0) return false;
  const own = new BlockList();
  own.addSubnet('127.0.0.0', 8, 'ipv4');
  for (const self of ['0.0.0.0', ...ownAddresses]) if (isIP(self) === 4) own.addAddress(self, 'ipv4');
  for (const self of ['::', '::1', ...ownAddresses]) if (isIP(self) === 6) own.addAddress(self, 'ipv6');
  return own.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
}

/**
 * What the interlock "own place" compares the target with: the addresses of this machine, and every host name among the nodes,
 * their endpoints and the guests that stands for one of them.
 *
 * @throws Error when a host name cannot be resolved: then it cannot be told whether it stands for this machine.
 */
export async function ownAddressesFor(environment: Environment, resolve: Resolve = lookUp, own: readonly string[] = localAddresses()): Promise<string[]> {
  const names = new Set([...environment.nodes, ...environment.endpoints, ...environment.guests].map(({ address }) => address).filter((address) => isIP(address) === 0));
  const found = await Promise.all([...names].map(async (name) => {
    const addresses = await resolve(name).catch((error: Error) => {
      throw new Error(`The host name "${name}" of ${environment.source.path} cannot be resolved (${error.message}), so it cannot be told whether it is this machine. Make it resolvable here, or write its IP address.`, { cause: error });
    });
    return addresses.some((address) => isOwnAddress(address, own)) ? [name] : [];
  }));
  return [...own, ...found.flat()];
}
