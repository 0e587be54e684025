import { createHash } from 'node:crypto';

/** Fingerprint of a certificate (DER) or of a public key: `SHA256:` and the unpadded base64 of its SHA-256, as OpenSSH prints it. */
export function sha256Fingerprint(bytes: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(bytes).digest('base64').replace(/=+$/, '')}`;
}

/** The same digest in both spellings that the environment file takes: ours, and the one that devices and browsers show, to be compared with. */
export function describeFingerprint(bytes: Uint8Array): string {
  const hex = createHash('sha256').update(bytes).digest('hex').toUpperCase();
  return `${sha256Fingerprint(bytes)} (${hex.replace(/(..)(?=.)/g, '$1:')})`;
}

/**
 * A fingerprint as a person gives it, in the one spelling that `sha256Fingerprint` has. Taken are `SHA256:` with base64,
 * and the 32 bytes in hexadecimal with or without colons, as openssl and browsers show them.
 *
 * @throws Error for anything else, also for SHA-1: it no longer proves who answers.
 */
export function canonicalFingerprint(text: string): string {
  const given = text.trim();
  const hex = given.replace(/^(sha-?256(:| fingerprint=))/i, '').replaceAll(':', '');
  if (/^[0-9a-f]{64}$/i.test(hex)) return `SHA256:${Buffer.from(hex, 'hex').toString('base64').replace(/=+$/, '')}`;
  const base64 = /^SHA256:([A-Za-z0-9+/]{43})=?$/.exec(given)?.[1];
  if (base64 !== undefined) return `SHA256:${base64}`;
  throw new Error(`"${text}" is not a SHA-256 fingerprint: write SHA256: and 43 characters of base64, or 32 bytes in hexadecimal.`);
}
