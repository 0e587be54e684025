import type { Trust } from './judge-certificate.ts';

/** Somebody whom we speak TLS with, and where the environment file says whom to trust there. */
export interface TlsPeer {
  who: string;
  host: string;
  port: number;
  trust: Trust;
  where: string;
}

/** The peer of a URL. @param defaultPort where it listens when the URL names no port */
export function peerAt(url: string, defaultPort: number, rest: Omit<TlsPeer, 'host' | 'port'>): TlsPeer {
  const { hostname, port } = new URL(url);
  return { ...rest, host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? defaultPort : Number(port) };
}

/** Whom to trust: a fingerprint takes the place of a CA, as in the clients. */
export function trustOf(fingerprint: string | undefined, ca: string | undefined): Trust {
  return fingerprint !== undefined ? { fingerprint } : ca !== undefined ? { ca } : {};
}
