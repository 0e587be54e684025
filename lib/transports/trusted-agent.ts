import { Agent } from 'node:https';
import { connect } from 'node:tls';
import type { ConnectionOptions } from 'node:tls';
import { compareOnTheDevice, handshakeOptions, judgeCertificate } from './judge-certificate.ts';
import type { Trust } from './judge-certificate.ts';

/** The other side showed a certificate that is not the one we expect. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError';
}

/** What to do about a certificate that is not trusted. */
function remedy({ fingerprint, ca }: Trust): string {
  if (fingerprint !== undefined) return `If the certificate was renewed on purpose, ${compareOnTheDevice} and write the new fingerprint into the environment file; else find out who answers there`;
  return `If it is the right one, ${compareOnTheDevice} and write it into the environment file as its fingerprint, or give the CA that signed it${ca === undefined ? '' : ' in the place of the one that is given'}`;
}

/**
 * An agent for one request that hands a connection on only after its certificate was judged: nothing, and no password, is
 * sent to anybody whom we do not trust. (With a plain agent the request is written while the handshake still runs.)
 *
 * @param timeoutMs for the connection and its handshake, ms.
 * @param onTrusted called when the connection is handed on; from then on the request may reach the other side.
 */
export function trustedAgent(trust: Trust, timeoutMs: number, onTrusted: () => void): Agent {
  const agent = new Agent({ keepAlive: false, maxCachedSessions: 0 });
  agent.createConnection = (options, callback) => {
    const socket = connect({ ...(options as ConnectionOptions), ...handshakeOptions(trust) });
    const fail = (error: Error): void => {
      socket.destroy();
      callback?.(error, socket);
    };
    socket.setTimeout(timeoutMs, () => fail(Object.assign(new Error(`no TLS connection within ${timeoutMs} ms`), { code: 'ETIMEDOUT' })));
    socket.once('error', fail);
    socket.once('secureConnect', () => {
      const { refusal } = judgeCertificate(socket, trust);
      socket.off('error', fail);
      if (refusal !== null) return fail(new CertificateError(`${refusal}. ${remedy(trust)}`));
      socket.setTimeout(0);
      onTrusted();
      callback?.(null, socket);
    });
    return undefined;
  };
  return agent;
}
