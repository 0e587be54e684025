import { Resolver } from 'node:dns';
import { isIP, isIPv6 } from 'node:net';
import { addressBytes, addressText } from '../address.ts';
import type { Family } from '../address.ts';
import type { AttemptFactory, Outcome } from './attempt.ts';

/**
 * A query that belongs to one attempt: its own socket, no retry (the next attempt comes on the grid), nothing remembered.
 * Returns how to abandon it.
 */
export function query(server: string, name: string, family: Family, waitMs: number, done: (error: NodeJS.ErrnoException | null, addresses: string[]) => void): () => void {
  const resolver = new Resolver({ timeout: waitMs, tries: 1 });
  resolver.setServers([server]);
  if (family === 6) resolver.resolve6(name, done);
  else resolver.resolve4(name, done);
  return () => resolver.cancel();
}

/** A server of queries: an address, with a port or without. */
export function isServer(server: string): boolean {
  return isIP(server) !== 0 || /^(\[[0-9a-fA-F:.]+\]|[0-9.]+):\d{1,5}$/.test(server);
}

/** What a failed query says: silence is no answer; everything else is an answer of the server or of its host, and a wrong one. */
export function reportDnsError(error: NodeJS.ErrnoException, outcome: Outcome): void {
  if (error.code !== 'ETIMEOUT' && error.code !== 'ECANCELLED' && error.code !== 'EDESTRUCTION') outcome.answered(false);
}

/** DNS: answered when the server gives an address for the name, and `expect` is among them when it is set (IPv6 is asked for where that is one). */
export const dnsAttempts: AttemptFactory = ({ target, query: name, expect, waitMs }) => {
  if (name === undefined || !isServer(target)) throw new Error('a dns probe needs the server\'s address as target and a name in query');
  const wanted = expect !== undefined && isIP(expect) !== 0 ? addressText(addressBytes(expect).bytes) : expect;
  return (outcome) =>
    query(target, name, isIPv6(expect ?? '') ? 6 : 4, waitMs, (error, addresses) => {
      if (error === null) outcome.answered(expect === undefined ? addresses.length > 0 : addresses.some((address) => address === wanted));
      else reportDnsError(error, outcome);
    });
};
