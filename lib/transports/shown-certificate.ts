import { connect } from 'node:tls';
import { handshakeOptions, judgeCertificate, serverName } from './judge-certificate.ts';
import type { JudgedCertificate, Trust } from './judge-certificate.ts';

export interface TlsPlace {
  /** Name or address, an IPv6 address without brackets. */
  host: string;
  port: number;
}

/**
 * Which certificate is shown there, and whether it is trusted. Sends nothing but the handshake.
 *
 * @param timeoutMs for the connection and its handshake, ms
 * @throws Error when there is no TLS connection within its time, or the signal's reason
 */
export async function readCertificate({ host, port }: TlsPlace, trust: Trust, { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal }): Promise<JudgedCertificate> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<JudgedCertificate>();
  const socket = connect({ host, port, ...serverName(host), ...handshakeOptions(trust) });
  const giveUp = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', giveUp, { once: true });
  socket.setTimeout(timeoutMs, () => reject(new Error(`no TLS connection within ${timeoutMs} ms`)));
  socket.on('error', reject);
  socket.once('close', () => reject(new Error('the connection was closed in the handshake')));
  socket.once('secureConnect', () => resolve(judgeCertificate(socket, trust)));
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', giveUp);
    socket.destroy();
  }
}
