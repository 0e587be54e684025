import { Agent } from 'node:https';
import { connect } from 'node:tls';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import { canonicalFingerprint, sha256Fingerprint } from './fingerprint.ts';

/** Whom to trust: the certificate with this fingerprint, else what this CA (PEM) signed, else what the system's CAs signed. */
export interface Trust {
  fingerprint?: string;
  ca?: string;
}

/** The other side showed a certificate that is not the one we expect. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError';
}

/** What makes Node refuse a certificate, as error codes; those of the network are told apart by them. */
const refusal = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH)/;

function untrusted(socket: TLSSocket, expected: string): CertificateError | null {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return new CertificateError('it shows no certificate');
  const found = sha256Fingerprint(certificate.raw);
  if (found === expected) return null;
  return new CertificateError(`it shows the certificate ${found} and not ${expected}; if the certificate was renewed on purpose, write the new fingerprint into the environment file, else find out who answers there`);
}

/**
 * An agent for one request that hands a connection on only after its certificate was judged: nothing, and no password, is
 * sent to anybody whom we do not trust. (With a plain agent the request is written while the handshake still runs.)
 *
 * @param timeoutMs for the connection and its handshake, ms.
 * @param onTrusted called when the connection is handed on; from then on the request may reach the other side.
 */
export function trustedAgent(trust: Trust, timeoutMs: number, onTrusted: () => void): Agent {
  const expected = trust.fingerprint === undefined ? null : canonicalFingerprint(trust.fingerprint);
  const agent = new Agent({ keepAlive: false, maxCachedSessions: 0 });
  agent.createConnection = (options, callback) => {
    const socket = connect({ ...(options as ConnectionOptions), ...(expected === null ? (trust.ca === undefined ? {} : { ca: trust.ca }) : { rejectUnauthorized: false }) });
    const fail = (error: Error): void => {
      socket.destroy();
      const code = (error as NodeJS.ErrnoException).code ?? '';
      callback?.(refusal.test(code) ? new CertificateError(`its certificate is refused (${error.message}); write its fingerprint into the environment file, or the CA that signed it`) : error, socket);
    };
    socket.setTimeout(timeoutMs, () => fail(Object.assign(new Error(`no TLS connection within ${timeoutMs} ms`), { code: 'ETIMEDOUT' })));
    socket.once('error', fail);
    socket.once('secureConnect', () => {
      const doubt = expected === null ? null : untrusted(socket, expected);
      socket.off('error', fail);
      if (doubt !== null) return fail(doubt);
      socket.setTimeout(0);
      onTrusted();
      callback?.(null, socket);
    });
    return undefined;
  };
  return agent;
}
