import { describe, expect, it } from 'vitest';
import { sha256Fingerprint } from './fingerprint.ts';
import { judgeHostKey, keyType, knownHostsName, parseKnownHosts, pinnedFingerprints, pinnedTypes } from './known-hosts.ts';

/** Made by ssh-keygen for this test; its private half was thrown away. The hashed lines are what `ssh-keygen -H` made of two plain ones. */
const key = 'AAAAC3NzaC1lZDI1NTE5AAAAIEZkaBPOab55fQoHynCj0BeiGukW0YzEktDcxlblWJGV';
const hashedDefaultPort = `|1|Yaf7RsVWYyRwGM+sjrZI/sBDAjc=|cVq6ZfqYaAmy0fNQj+P/5k/kKgg= ssh-ed25519 ${key}`;
const hashedOtherPort = `|1|1BHqd39tDOe2hZF0pZvPY4t9yCo=|bHemSjSMbTlMETolMKF9eyksPIc= ssh-ed25519 ${key}`;
const blob = Buffer.from(key, 'base64');
/** Another key of the same type. */
const otherBlob = Buffer.concat([blob.subarray(0, -1), Buffer.from([blob.at(-1) === 1 ? 2 : 1])]);
const host = '192.0.2.11';

function judge(text: string, names: string[], shown = blob): string {
  return judgeHostKey(parseKnownHosts(text), names, shown);
}

describe('known_hosts', () => {
  it('shows type and fingerprint as ssh-keygen -l does', () => {
    expect(keyType(blob)).toBe('ssh-ed25519');
    expect(sha256Fingerprint(blob)).toBe('SHA256:Q/L1G1MYM3PJkg8fbo9r7T1fv3Ln/E5pHvY4H+UORbo');
  });

  it.each([
    ['a plain host', `${host} ssh-ed25519 ${key} comment with words`, host],
    ['a list', `n1,${host},n1.example ssh-ed25519 ${key}`, host],
    ['another port', `[${host}]:2222 ssh-ed25519 ${key}`, knownHostsName(host, 2222)],
    ['a hashed host', hashedDefaultPort, host],
    ['a hashed host on another port', hashedOtherPort, knownHostsName(host, 2222)],
    ['a pattern', `192.0.2.* ssh-ed25519 ${key}`, host],
    ['a name in other letters', `Node1.Example ssh-ed25519 ${key}`, 'node1.example'],
    ['tabs and a carriage return', `${host}\tssh-ed25519\t${key}\r`, host],
  ])('finds a key under %s', (_what, line, name) => {
    expect(judge(`# a comment\n\n${line}\n`, [name])).toBe('match');
    expect(judge(line, [name], otherBlob)).toBe('changed');
  });

  it.each([
    ['another host', `192.0.2.12 ssh-ed25519 ${key}`],
    ['the default port only', `[${host}]:22022 ssh-ed25519 ${key}`],
    ['a hash of another host', hashedOtherPort],
    ['a pattern with this host taken out', `192.0.2.*,!${host} ssh-ed25519 ${key}`],
    ['a dot that is no wildcard', `192x0y2z11 ssh-ed25519 ${key}`],
    ['a certificate authority, which is no host key', `@cert-authority ${host} ssh-ed25519 ${key}`],
    ['a type that the key is not of', `${host} ssh-rsa ${key}`],
    ['a damaged key', `${host} ssh-ed25519 AAAA`],
    ['nothing', ''],
  ])('knows nothing of the host from %s', (_what, line) => {
    expect(judge(line, [host])).toBe('unknown');
  });

  it('refuses a revoked key whoever shows it, even where it is also pinned', () => {
    expect(judge(`${host} ssh-ed25519 ${key}\n@revoked * ssh-ed25519 ${key}`, [host])).toBe('revoked');
    expect(judge(`@revoked 192.0.2.99 ssh-ed25519 ${key}`, [host])).toBe('revoked');
  });

  it('takes any of several keys and lists their types and fingerprints', () => {
    const second = `${host} ecdsa-sha2-nistp256 ${Buffer.concat([Buffer.from([0, 0, 0, 19]), Buffer.from('ecdsa-sha2-nistp256'), Buffer.alloc(8)]).toString('base64')}`;
    const known = parseKnownHosts(`${host} ssh-ed25519 ${key}\n${second}`);
    expect(judgeHostKey(known, [host], blob)).toBe('match');
    expect(pinnedTypes(known, [host])).toEqual(['ssh-ed25519', 'ecdsa-sha2-nistp256']);
    expect(pinnedFingerprints(known, [host])[0]).toBe('SHA256:Q/L1G1MYM3PJkg8fbo9r7T1fv3Ln/E5pHvY4H+UORbo (ssh-ed25519)');
  });

  it('finds a key under the name of a node when its address is not listed', () => {
    expect(judge(`n1 ssh-ed25519 ${key}`, [host, 'n1'])).toBe('match');
  });
});
