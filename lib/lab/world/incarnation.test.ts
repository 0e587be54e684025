import { expect, test } from 'vitest';
import { selfSigned } from '../../transports/testing/certificate.ts';
import { clientEnvironment, clusterIdentity, knownHosts, type IncarnationSecrets } from './incarnation.ts';

const certificate = selfSigned('bmc');
const key = (text: string): { private: string; public: string } => ({ private: `private ${text}`, public: `ssh-ed25519 ${text} comment` });
const secrets: IncarnationSecrets = {
  authkey: Buffer.alloc(256, 7), clientKey: key('client'), nodeKey: key('node'), hostKeys: { n1: key('one'), n2: key('two'), n3: key('three') },
  bmcPassword: 'p:w', bmcKey: certificate.key, bmcCertificate: certificate.cert,
};

test('the identity of the cluster is the digest of its corosync key', () => {
  expect(clusterIdentity(secrets.authkey)).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
  expect(clusterIdentity(secrets.authkey)).not.toBe(clusterIdentity(Buffer.alloc(256, 8)));
  expect(clusterIdentity(Buffer.from(''))).toBe('SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU');
});

test('known_hosts names each node by name and by address', () => {
  expect(knownHosts(secrets)).toBe('n1,10.88.0.11 ssh-ed25519 one\nn2,10.88.0.12 ssh-ed25519 two\nn3,10.88.0.13 ssh-ed25519 three\n');
});

test('the harness gets what lab.yaml refers to', () => {
  const environment = clientEnvironment(secrets);
  expect(environment).toMatchObject({ HA_ACCEPTANCE_LAB_SSH_KEY: 'private client', HA_ACCEPTANCE_LAB_BMC: 'admin:p:w', HA_ACCEPTANCE_LAB_IDENTITY: clusterIdentity(secrets.authkey) });
  expect(environment.HA_ACCEPTANCE_LAB_BMC_FINGERPRINT).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
});
