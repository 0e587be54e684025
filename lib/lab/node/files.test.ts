import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { labNode } from '../topology.ts';
import { baseFiles, sshFiles, writeNodeFiles, haclusterIds } from './files.ts';
import type { IncarnationSecrets } from '../world/incarnation.ts';

let upper = '';
beforeEach(() => {
  upper = mkdtempSync(join(tmpdir(), 'lab-upper-'));
});
afterEach(() => rmSync(upper, { recursive: true }));

const pair = { private: 'private', public: 'ssh-ed25519 public' };
const secrets: IncarnationSecrets = {
  authkey: Buffer.alloc(256), clientKey: { private: 'c', public: 'ssh-ed25519 client' }, nodeKey: { private: 'n', public: 'ssh-ed25519 node' },
  hostKeys: { n1: pair, n2: pair, n3: pair }, bmcPassword: 'p', bmcKey: '', bmcCertificate: '',
};

test('a node is told who it is and which services it runs', () => {
  const settings = baseFiles(labNode('n2'), 'fsid', { ceph: true, cluster: false }).find((file) => file.path === 'etc/lab/node.env');
  expect(settings?.content).toBe('name=n2\nindex=2\nosd=1\naddress=10.88.0.12\nmac=02:88:00:00:01:12\nceph=yes\ncluster=no\n');
});

test('the harness and the other nodes may come in by ssh, keys are readable by root alone', () => {
  const { uid, gid } = userInfo();
  writeNodeFiles(upper, sshFiles(labNode('n1'), secrets), { uid, gid });
  expect(readFileSync(join(upper, 'root/.ssh/authorized_keys'), 'utf8')).toBe('ssh-ed25519 client\nssh-ed25519 node\n');
  const modes = ['etc/ssh/ssh_host_ed25519_key', 'root/.ssh/id_ed25519', 'root/.ssh'].map((path) => statSync(join(upper, path)).mode & 0o777);
  expect(modes).toStrictEqual([0o600, 0o600, 0o700]);
});

test('a root filesystem without Pacemaker\'s user is called damaged', () => {
  writeNodeFiles(upper, [{ path: 'etc/passwd', content: 'root:x:0:0::/root:/bin/sh\n', mode: 0o644, owner: 'root' }], { uid: 0, gid: 0 });
  expect(() => haclusterIds(upper)).toThrow('lab clean');
});

test('a node that the lab has not is refused with the ones it has', () => {
  expect(() => labNode('n4')).toThrow('Its nodes are n1, n2, n3.');
});
