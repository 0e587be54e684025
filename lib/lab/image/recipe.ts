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

/** The parts of the cache, in the order in which they are built, each with the files that decide what it becomes. */
export const imageParts = ['rootfs', 'guest', 'storage'] as const;
export type ImagePart = (typeof imageParts)[number];
const ingredients: Record<ImagePart, string[]> = {
  rootfs: ['./root-filesystem.ts'],
  guest: ['./guest-image.ts', '../guest/init.sh', '../guest/service.pl'],
  storage: ['./storage.ts', '../node/ceph.ts', '../topology.ts'],
};

/** Names of the parts in the cache: each carries a key of all that goes into it, the package list above all. */
export function partNames(read: (file: string) => string = (file) => readFileSync(new URL(file, import.meta.url), 'utf8')): Record<ImagePart, string> {
  const keyOf = (part: ImagePart, below: string): string => {
    const hash = createHash('sha256').update(below);
    for (const file of ingredients[part]) hash.update(read(file));
    return `${part}-${hash.digest('hex').slice(0, 16)}`;
  };
  const rootfs = keyOf('rootfs', JSON.stringify({ release, packages }));
  return { rootfs, guest: keyOf('guest', rootfs), storage: keyOf('storage', rootfs) };
}
