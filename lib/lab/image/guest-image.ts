import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { $ } from '../shell.ts';

/** Kernel modules of a guest; the order of loading stands in guest/init.sh. */
const modules = [
  'virtio_ring', 'virtio', 'virtio_pci_legacy_dev', 'virtio_pci_modern_dev', 'virtio_pci', 'failover', 'net_failover', 'virtio_net', 'virtio_blk', 'button', 'evdev',
];
const programs = ['/usr/bin/perl', '/usr/sbin/dnsmasq'];
const powerButton = '#!/bin/sh\n/bin/busybox poweroff -f\n';

/**
 * Builds what a guest boots from, out of a finished root filesystem: `vmlinux` and `initrd` in `target`.
 * The kernel is Debian's cloud kernel, unpacked, because QEMU starts an ELF kernel (PVH) seconds sooner under TCG.
 */
export async function buildGuestImage(rootFilesystem: string, target: string): Promise<void> {
  await mkdir(target, { recursive: true });
  await unpackKernel(rootFilesystem, join(target, 'vmlinux'));
  const tree = join(target, 'tree');
  await $`mkdir -p ${tree}/{bin,modules,lib,lib64,usr/bin,usr/sbin,etc/acpi/PWRF,proc,sys,dev,run,tmp,var/lib/misc}`;
  await copyFile(join(rootFilesystem, 'bin/busybox'), join(tree, 'bin/busybox'));
  await $`ln -s busybox ${tree}/bin/sh`;
  for (const program of programs) await copyProgram(rootFilesystem, program, tree);
  for (const module of modules) await copyModule(rootFilesystem, module, tree);
  await writeFile(join(tree, 'etc/acpi/PWRF/00000080'), powerButton, { mode: 0o755 });
  await writeFile(join(tree, 'etc/passwd'), 'root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n');
  await writeFile(join(tree, 'etc/group'), 'root:x:0:\nnogroup:x:65534:\ndip:x:30:\n');
  await copyFile(fileURLToPath(new URL('../guest/init.sh', import.meta.url)), join(tree, 'init'));
  await $`chmod 755 ${tree}/init`;
  await copyFile(fileURLToPath(new URL('../guest/service.pl', import.meta.url)), join(tree, 'service.pl'));
  await $`cd ${tree} && find . | ${rootFilesystem}/bin/busybox cpio -o -H newc > ../initrd`;
  await rm(tree, { recursive: true });
}

/** A program with its libraries, as the root filesystem's own loader names them. */
async function copyProgram(rootFilesystem: string, program: string, tree: string): Promise<void> {
  const libraries = (await $`chroot ${rootFilesystem} ldd ${program}`).stdout.match(/\/\S+/g) ?? [];
  for (const file of [program, ...libraries]) {
    await $`mkdir -p "$(dirname ${tree}${file})" && cp -L ${rootFilesystem}${file} ${tree}${file}`;
  }
}

async function copyModule(rootFilesystem: string, module: string, tree: string): Promise<void> {
  const found = (await $`find ${rootFilesystem}/opt/guest-kernel -name ${`${module}.ko`} -o -name ${`${module}.ko.xz`}`).stdout.trim().split('\n')[0];
  if (found === undefined || found === '') return; // built into the kernel
  const target = join(tree, 'modules', `${module}.ko`);
  await (found.endsWith('.xz') ? $`chroot ${rootFilesystem} xz -dc < ${found} > ${target}` : copyFile(found, target));
}

/** The payload of a bzImage: an LZ4 stream, at the place that the boot protocol's header names. */
export function kernelPayload(image: Buffer): Buffer {
  const setupSectors = image.readUInt8(0x1f1) || 4;
  const start = (setupSectors + 1) * 512 + image.readUInt32LE(0x248);
  const payload = image.subarray(start, start + image.readUInt32LE(0x24c));
  if (payload.readUInt32LE(0) !== 0x184c2102) throw new Error('The guest kernel is not packed with LZ4. Another Debian release than bookworm was used; run "lab clean" and try again.');
  return payload.subarray(0, payload.length - 4); // the last four bytes are the unpacked size
}

async function unpackKernel(rootFilesystem: string, target: string): Promise<void> {
  const image = (await $`ls ${rootFilesystem}/opt/guest-kernel/boot/ | grep ^vmlinuz`).stdout.trim();
  const packed = `${target}.lz4`;
  await writeFile(packed, kernelPayload(await readFile(join(rootFilesystem, 'opt/guest-kernel/boot', image))));
  await $`chroot ${rootFilesystem} lz4 -dc < ${packed} > ${target}`;
  await rm(packed);
}
