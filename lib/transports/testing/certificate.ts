import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const length = content.length < 128 ? [content.length] : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

const sequence = (...parts: Uint8Array[]): Buffer => der(0x30, ...parts);
const text = (tag: number, value: string): Buffer => der(tag, Buffer.from(value, 'latin1'));
/** Object identifiers, encoded: ecdsa-with-SHA256, commonName, subjectAltName, basicConstraints. */
const ecdsaWithSha256 = sequence(Buffer.from('06082a8648ce3d040302', 'hex'));
const commonName = Buffer.from('0603550403', 'hex');
const subjectAltName = Buffer.from('0603551d11', 'hex');
const basicConstraints = Buffer.from('0603551d13', 'hex');
const isAuthority = sequence(basicConstraints, Buffer.from('0101ff', 'hex'), der(0x04, sequence(Buffer.from('0101ff', 'hex'))));

export interface TestCertificate {
  name: string;
  /** PEM. */
  key: string;
  /** PEM. */
  cert: string;
  raw: Buffer;
}

const distinguishedName = (name: string): Buffer => sequence(der(0x31, sequence(commonName, text(0x0c, name))));

/** A fresh self-signed certificate for 127.0.0.1 that is valid for a hundred years, and its key; for tests, which must not need openssl. */
export function selfSigned(name: string): TestCertificate {
  return certificate(name, null, false);
}

/** A fresh CA. */
export function certificateAuthority(name: string): TestCertificate {
  return certificate(name, null, true);
}

/** A fresh certificate for 127.0.0.1 that a CA signed. */
export function signedBy(authority: TestCertificate, name: string): TestCertificate {
  return certificate(name, authority, false);
}

function certificate(name: string, issuer: TestCertificate | null, authority: boolean): TestCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const who = distinguishedName(name);
  const validity = sequence(text(0x18, '20200101000000Z'), text(0x18, '21200101000000Z'));
  const names = sequence(der(0x87, Buffer.from([127, 0, 0, 1])));
  const extensions = der(0xa3, sequence(sequence(subjectAltName, der(0x04, names)), ...(authority ? [isAuthority] : [])));
  const serial = der(0x02, Buffer.from([1]), randomBytes(8));
  const body = sequence(der(0xa0, der(0x02, Buffer.from([2]))), serial, ecdsaWithSha256, issuer === null ? who : distinguishedName(issuer.name), validity, who, publicKey.export({ type: 'spki', format: 'der' }), extensions);
  const signature = sign('sha256', body, issuer?.key ?? privateKey);
  const raw = sequence(body, ecdsaWithSha256, der(0x03, Buffer.from([0]), signature));
  const lines = raw.toString('base64').match(/.{1,64}/g) ?? [];
  return { name, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), cert: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'), raw };
}
