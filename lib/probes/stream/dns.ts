import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns';
import { isIP, isIPv6 } from 'node:net';
import { addressBytes, addressText } from '../address.ts';
import type { Family } from '../address.ts';
import type { AttemptFactory, Outcome } from './attempt.ts';
import { localErrors } from './attempt.ts';
import { parseEndpoint } from './tcp.ts';

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

const dnsPort = 53;
/** The head of a DNS message without a question. */
const emptyMessage = Buffer.alloc(12);

/**
 * What a failed query says: silence is no answer; everything else is an answer of the server or of its host, and a wrong one. But the
 * resolver says "refused" as well when this machine has no route or may not send: then it is asked itself.
 */
export function reportDnsError(server: string, error: NodeJS.ErrnoException, outcome: Outcome): void {
  if (error.code === 'ECONNREFUSED') ownRefusal(server, (code) => (code === null ? outcome.answered(false) : outcome.refusedHere(code)));
  else if (error.code !== 'ETIMEOUT' && error.code !== 'ECANCELLED' && error.code !== 'EDESTRUCTION') outcome.answered(false);
}

/** Why this machine itself sends nothing to the server; null: it does. */
function ownRefusal(server: string, done: (code: string | null) => void): void {
  const { host, port } = parseEndpoint(server) ?? { host: server, port: dnsPort };
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  let ended = false;
  const end = (error?: NodeJS.ErrnoException | null): void => {
    if (ended) return;
    ended = true;
    socket.close();
    done(localErrors.has(error?.code ?? '') ? (error?.code ?? null) : null);
  };
  socket.on('error', end);
  // The types know nothing of the error that it is called with.
  socket.connect(port, host, ((error?: NodeJS.ErrnoException) => (error instanceof Error ? end(error) : socket.send(emptyMessage, end))) as () => void);
}

/** DNS: answered when the server gives an address for the name, and `expect` is among them when it is set (IPv6 is asked for where that is one). */
export const dnsAttempts: AttemptFactory = ({ target, query: name, expect, waitMs }) => {
  if (name === undefined || !isServer(target)) throw new Error('a dns probe needs the server\'s address as target and a name in query');
  const wanted = expect !== undefined && isIP(expect) !== 0 ? addressText(addressBytes(expect).bytes) : expect;
  return (outcome) =>
    query(target, name, isIPv6(expect ?? '') ? 6 : 4, waitMs, (error, addresses) => {
      if (error === null) outcome.answered(expect === undefined ? addresses.length > 0 : addresses.some((address) => address === wanted));
      else reportDnsError(target, error, outcome);
    });
};
