import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Debian release of the nodes. */
export const release = 'bookworm';

/** What a node is made of: standard parts only. */
export const packages = [
  'corosync', 'pacemaker', 'pacemaker-cli-utils', 'resource-agents', 'fence-agents',
  'libvirt-daemon', 'libvirt-daemon-driver-qemu', 'libvirt-daemon-driver-storage-rbd', 'libvirt-clients',
  'qemu-system-x86', 'qemu-utils', 'qemu-block-extra', 'ceph-mon', 'ceph-mgr', 'ceph-osd', 'ceph-common',
  'openssh-server', 'openssh-client', 'iproute2', 'iputils-ping', 'nftables', 'procps', 'psmisc', 'kmod', 'curl', 'jq', 'python3', 'ca-certificates',
  'busybox-static', 'dnsmasq-base', 'lz4', 'xz-utils',
] as const;

/** Raised when the way of building changes in what none of the files below shows. */
const version = 1;
const ingredients = ['../guest/init.sh', '../guest/service.pl', './guest-image.ts', './storage.ts', './root-filesystem.ts', '../node/ceph.ts'];

/** Key of the cache: the package list and everything that goes into what is built from it. */
export function recipeKey(): string {
  const hash = createHash('sha256').update(JSON.stringify({ version, release, packages }));
  for (const file of ingredients) hash.update(readFileSync(new URL(file, import.meta.url)));
  return hash.digest('hex').slice(0, 16);
}
