import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { canonicalFingerprint, describeFingerprint, sha256Fingerprint } from './fingerprint.ts';

const bytes = Buffer.from('the certificate');
const hex = createHash('sha256').update(bytes).digest('hex');
const colons = hex.toUpperCase().match(/../g)?.join(':') ?? '';

test('a fingerprint is the unpadded base64 of the SHA-256', () => {
  expect(sha256Fingerprint(bytes)).toBe(`SHA256:${createHash('sha256').update(bytes).digest('base64url').replaceAll('-', '+').replaceAll('_', '/')}`);
});

test('it is shown as we write it and as devices do', () => {
  expect(describeFingerprint(bytes)).toBe(`${sha256Fingerprint(bytes)} (${colons})`);
});

test.each([
  ['base64', sha256Fingerprint(bytes)], ['padded base64', `${sha256Fingerprint(bytes)}=`], ['hexadecimal', hex], ['colons', colons],
  ['what openssl prints', `SHA256 Fingerprint=${colons}`], ['a prefix before hexadecimal', `SHA256:${colons}`],
])('%s is understood', (_, text) => {
  expect(canonicalFingerprint(text)).toBe(sha256Fingerprint(bytes));
});

test.each(['', 'SHA256:', 'SHA256:abc', createHash('sha1').update(bytes).digest('hex'), `${hex}00`, 'MD5:aa:bb'])('"%s" is refused', (text) => {
  expect(() => canonicalFingerprint(text)).toThrow('is not a SHA-256 fingerprint');
});
