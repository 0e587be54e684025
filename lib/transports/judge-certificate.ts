import { isIP } from 'node:net';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import { canonicalFingerprint, describeFingerprint, sha256Fingerprint } from './fingerprint.ts';

/** Whom to trust: the certificate with this fingerprint, else what this CA (PEM) signed, else what the system's CAs signed. */
export interface Trust {
  fingerprint?: string;
  ca?: string;
}

/** How to find out, without trusting the network, which certificate a device has. */
export const compareOnTheDevice = 'compare it on the device before you accept it (Proxmox VE: "pvenode cert info" on the node; Proxmox Backup Server: "proxmox-backup-manager cert info"; a BMC: its web page, at the certificate)';

/**
 * What the handshake is made with. Node is never let to refuse by itself: it would end the connection before anybody could say which
 * certificate was refused. So whoever connects must ask `judgeCertificate` before anything is sent.
 */
export function handshakeOptions({ fingerprint, ca }: Trust): ConnectionOptions {
  return { rejectUnauthorized: false, ...(fingerprint === undefined && ca !== undefined ? { ca } : {}) };
}

/** `refusal`: why the certificate is not trusted, as part of a sentence; null when it is. */
export interface JudgedCertificate {
  /** In both spellings that the environment file takes; null when none was shown. */
  shown: string | null;
  refusal: string | null;
}

/** What OpenSSL and Node have against a certificate, as part of a sentence. */
function objection(socket: TLSSocket, { subjectAltName, validFrom, validTo }: { subjectAltName: string | undefined; validFrom: string; validTo: string }): string {
  const code = String(socket.authorizationError);
  if (code === 'DEPTH_ZERO_SELF_SIGNED_CERT') return 'it is self-signed';
  if (/^(SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT|UNABLE_TO_GET_ISSUER_CERT_LOCALLY|UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERT_SIGNATURE_FAILURE)$/.test(code)) return 'no CA that is trusted here has signed it';
  if (code === 'CERT_HAS_EXPIRED') return `it or a CA above it is no longer valid; it itself was until ${validTo}`;
  if (code === 'CERT_NOT_YET_VALID') return `it or a CA above it is not valid yet; it itself is from ${validFrom}. See the clock of this machine`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `it is made out to another name or address than the one asked: ${subjectAltName ?? 'none'}`;
  return code;
}

/** Judges the certificate of a connection whose handshake is over and that was made with `handshakeOptions` of the same trust. */
export function judgeCertificate(socket: TLSSocket, trust: Trust): JudgedCertificate {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return { shown: null, refusal: 'it shows no certificate' };
  const shown = describeFingerprint(certificate.raw);
  if (trust.fingerprint === undefined) return { shown, refusal: socket.authorized ? null : `its certificate ${shown} is refused: ${objection(socket, certificate)}` };
  const expected = canonicalFingerprint(trust.fingerprint);
  return { shown, refusal: sha256Fingerprint(certificate.raw) === expected ? null : `it shows the certificate ${shown} and not ${expected}` };
}

/** The name to ask for in the handshake: a host name; never an address (RFC 6066, 3). */
export function serverName(host: string): { servername?: string } {
  return isIP(host) === 0 ? { servername: host } : {};
}
