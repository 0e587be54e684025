import { randomBytes, X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { sha256Fingerprint } from '../../transports/fingerprint.ts';
import { generateEd25519 } from '../../transports/generated-key.ts';
import type { GeneratedKey } from '../../transports/generated-key.ts';
import { $ } from '../shell.ts';
import { bmcUser, labNodes } from '../topology.ts';

/** What is new in every incarnation of the lab, so that nothing that was learnt of an earlier one can be used against this one. */
export interface IncarnationSecrets {
  /** corosync's key. The identity of the cluster follows from it. */
  authkey: Buffer;
  /** Of the harness. */
  clientKey: GeneratedKey;
  /** From node to node, for live migration over ssh. */
  nodeKey: GeneratedKey;
  hostKeys: Record<string, GeneratedKey>;
  bmcPassword: string;
  bmcKey: string;
  bmcCertificate: string;
}

/** Identity of a Pacemaker cluster: `SHA256:` and the unpadded base64 of the digest of its corosync key. */
export function clusterIdentity(authkey: Buffer): string {
  return sha256Fingerprint(authkey);
}

/** Fingerprint of a certificate: `SHA256:` and the unpadded base64 of the digest of its DER form. */
export function certificateFingerprint(pem: string): string {
  return sha256Fingerprint(new X509Certificate(pem).raw);
}

/** A certificate for the addresses of all BMCs, made by the root filesystem's own OpenSSL. `scratch` must be private to this world. */
async function bmcCertificate(rootFilesystem: string, scratch: string): Promise<{ key: string; certificate: string }> {
  mkdirSync(scratch, { recursive: true });
  const names = labNodes.map((node) => `IP:${node.bmcAddress}`).join(',');
  await $`mount --bind ${scratch} ${rootFilesystem}/mnt`;
  await $`chroot ${rootFilesystem} openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /mnt/key.pem -out /mnt/certificate.pem -days 30 -subj /CN=lab-bmc -addext ${`subjectAltName=${names}`} 2>&1`;
  await $`umount ${rootFilesystem}/mnt`;
  const made = { key: readFileSync(join(scratch, 'key.pem'), 'utf8'), certificate: readFileSync(join(scratch, 'certificate.pem'), 'utf8') };
  rmSync(scratch, { recursive: true });
  return made;
}

/** Makes the secrets of a new incarnation. */
export async function makeIncarnationSecrets(rootFilesystem: string, scratch: string): Promise<IncarnationSecrets> {
  const bmc = await bmcCertificate(rootFilesystem, scratch);
  return {
    authkey: randomBytes(256),
    clientKey: generateEd25519('ha-acceptance'),
    nodeKey: generateEd25519('lab-nodes'),
    hostKeys: Object.fromEntries(labNodes.map((node) => [node.name, generateEd25519(node.name)])),
    bmcPassword: randomBytes(18).toString('base64url'),
    bmcKey: bmc.key,
    bmcCertificate: bmc.certificate,
  };
}

/** known_hosts lines of all nodes, by name and by address. */
export function knownHosts(secrets: Pick<IncarnationSecrets, 'hostKeys'>): string {
  return labNodes.map((node) => `${node.name},${node.address} ${(secrets.hostKeys[node.name]?.public ?? '').split(' ').slice(0, 2).join(' ')}\n`).join('');
}

/**
 * What the environment file of the lab refers to by `env:`.
 * Valid for this incarnation only.
 */
export function clientEnvironment(secrets: IncarnationSecrets): Record<string, string> {
  return {
    HA_ACCEPTANCE_LAB_IDENTITY: clusterIdentity(secrets.authkey),
    HA_ACCEPTANCE_LAB_SSH_KEY: secrets.clientKey.private,
    HA_ACCEPTANCE_LAB_KNOWN_HOSTS: knownHosts(secrets),
    HA_ACCEPTANCE_LAB_BMC: `${bmcUser}:${secrets.bmcPassword}`,
    HA_ACCEPTANCE_LAB_BMC_FINGERPRINT: certificateFingerprint(secrets.bmcCertificate),
  };
}

