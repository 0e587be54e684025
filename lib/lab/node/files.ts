import { chownSync, chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { randomBytes, randomUUID } from 'node:crypto';
import { labGuests, labNodes, type LabNode } from '../topology.ts';
import { knownHosts, type IncarnationSecrets } from '../world/incarnation.ts';
import { firstCib } from './cib.ts';
import { cephConf } from './ceph.ts';
import { corosyncConf } from './corosync.ts';
import { cephSecretId, cephSecretXml, domainXml, libvirtdConf, qemuConf, type Accelerator } from './libvirt.ts';

/** A file of a node. `hacluster`: it belongs to Pacemaker's user. */
export interface NodeFile {
  path: string;
  content: string | Buffer;
  mode: number;
  owner: 'root' | 'hacluster';
}

export interface StorageFacts {
  fsid: string;
  /** Key of the user by which libvirt reaches the guests' disks. */
  libvirtKey: string;
}

function file(path: string, content: string | Buffer, mode = 0o644, owner: NodeFile['owner'] = 'root'): NodeFile {
  return { path, content, mode, owner };
}

function script(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8');
}

/** What every node has, with and without the cluster: its name, ssh, its boot script, ceph.conf. */
export function baseFiles(node: LabNode, fsid: string, services: { ceph: boolean; cluster: boolean }): NodeFile[] {
  const yes = (on: boolean): string => (on ? 'yes' : 'no');
  return [
    file('etc/hostname', `${node.name}\n`),
    file('etc/machine-id', `${randomBytes(16).toString('hex')}\n`),
    file('etc/hosts', `127.0.0.1 localhost\n${labNodes.map((each) => `${each.address} ${each.name}\n`).join('')}`),
    file('etc/lab/node.env', `name=${node.name}\nindex=${node.index}\nosd=${node.osd}\naddress=${node.address}\nmac=${node.bridgeMac}\nceph=${yes(services.ceph)}\ncluster=${yes(services.cluster)}\n`),
    file('etc/rc.lab', script('rc.sh'), 0o755),
    file('usr/local/sbin/poweroff', script('shutdown.sh'), 0o755),
    file('usr/local/sbin/shutdown', script('shutdown.sh'), 0o755),
    file('etc/ceph/ceph.conf', cephConf(fsid, labNodes)),
  ];
}

/** ssh of a node: its host key, who may come in, and how it reaches the others. */
export function sshFiles(node: LabNode, secrets: IncarnationSecrets): NodeFile[] {
  return [
    file('etc/ssh/ssh_host_ed25519_key', secrets.hostKeys[node.name]?.private ?? '', 0o600),
    file('etc/ssh/ssh_host_ed25519_key.pub', `${secrets.hostKeys[node.name]?.public ?? ''}\n`),
    file('etc/ssh/sshd_config.d/lab.conf', 'HostKey /etc/ssh/ssh_host_ed25519_key\nPasswordAuthentication no\nPermitRootLogin prohibit-password\nUseDNS no\nUsePAM no\nMaxStartups 100\nMaxSessions 100\n'),
    file('etc/ssh/ssh_known_hosts', knownHosts(secrets)),
    file('root/.ssh/authorized_keys', `${secrets.clientKey.public}\n${secrets.nodeKey.public}\n`, 0o600),
    file('root/.ssh/id_ed25519', secrets.nodeKey.private, 0o600),
  ];
}

/** corosync, Pacemaker, libvirt and what they need of this incarnation. `authorities` are the certificates that Debian trusts. */
export function clusterFiles(secrets: IncarnationSecrets, storage: StorageFacts, accelerator: Accelerator, authorities: string): NodeFile[] {
  return [
    file('etc/corosync/corosync.conf', corosyncConf(labNodes)),
    file('etc/corosync/authkey', secrets.authkey, 0o400),
    file('var/lib/pacemaker/cib/cib.xml', firstCib(labNodes, labGuests, secrets.bmcPassword), 0o600, 'hacluster'),
    file('etc/libvirt/libvirtd.conf', libvirtdConf(randomUUID())),
    file('etc/libvirt/qemu.conf', qemuConf()),
    file(`etc/libvirt/secrets/${cephSecretId}.xml`, cephSecretXml(), 0o600),
    file(`etc/libvirt/secrets/${cephSecretId}.base64`, storage.libvirtKey, 0o600),
    ...labGuests.map((guest) => file(`etc/lab/${guest.name}.xml`, domainXml(guest, accelerator))),
    // fence_redfish verifies the BMC's certificate against the authorities that the system trusts.
    file('etc/ssl/certs/ca-certificates.crt', `${authorities}${secrets.bmcCertificate}`),
  ];
}

/** Writes files below a node's upper directory. Folders of Pacemaker's get its user and group, as in the root filesystem. */
export function writeNodeFiles(upper: string, files: readonly NodeFile[], hacluster: { uid: number; gid: number }): void {
  for (const { path, content, mode, owner } of files) {
    const target = join(upper, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
    chmodSync(target, mode);
    if (owner === 'root') continue;
    for (let folder = target; folder.startsWith(join(upper, 'var/lib/pacemaker')); folder = dirname(folder)) chownSync(folder, hacluster.uid, hacluster.gid);
  }
  for (const folder of ['root', 'root/.ssh']) {
    mkdirSync(join(upper, folder), { recursive: true });
    chmodSync(join(upper, folder), 0o700);
  }
}

/** User and group of Pacemaker in the root filesystem. */
export function haclusterIds(rootFilesystem: string): { uid: number; gid: number } {
  const line = readFileSync(join(rootFilesystem, 'etc/passwd'), 'utf8').split('\n').find((candidate) => candidate.startsWith('hacluster:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (uid === undefined || gid === undefined) throw new Error(`The root filesystem ${rootFilesystem} has no user hacluster. It is damaged: run "ha-acceptance lab clean" and try again.`);
  return { uid: Number(uid), gid: Number(gid) };
}
