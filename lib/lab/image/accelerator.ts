import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Accelerator } from '../node/libvirt.ts';
import { bootId } from '../../record/process-identity.ts';
import { $ } from '../shell.ts';

const trialSeconds = 8;

/**
 * KVM only where a guest really boots under it: /dev/kvm may open and still be unable to run one. The guest's kernel is started
 * without a root filesystem and must get as far as saying so.
 */
async function kvmBoots(rootFilesystem: string, guestLayer: string): Promise<boolean> {
  if (!existsSync('/dev/kvm')) return false;
  const qemu = `timeout ${trialSeconds} qemu-system-x86_64 -machine q35,accel=kvm -cpu host -m 128 -nodefaults -display none -no-reboot -serial stdio -kernel /mnt/opt/lab/vmlinux -append 'console=ttyS0 panic=-1'`;
  const script = `mount --make-rprivate /; mount --bind ${guestLayer} ${rootFilesystem}/mnt; mount --bind /dev ${rootFilesystem}/dev; exec chroot ${rootFilesystem} ${qemu}`;
  const trial = await $({ nothrow: true })`unshare --mount --pid --fork --kill-child bash -c ${script} 2>&1`;
  return trial.stdout.includes('Kernel panic - not syncing: VFS');
}

/** The accelerator for the guests, tried once for each boot of the machine and remembered in the cache. */
export async function chooseAccelerator(memory: string, rootFilesystem: string, guestLayer: string): Promise<Accelerator> {
  if (existsSync(memory)) {
    const known = JSON.parse(readFileSync(memory, 'utf8')) as { bootId: string; accelerator: Accelerator };
    if (known.bootId === bootId()) return known.accelerator;
  }
  const accelerator = (await kvmBoots(rootFilesystem, guestLayer)) ? 'kvm' : 'tcg';
  writeFileSync(memory, JSON.stringify({ bootId: bootId(), accelerator }));
  return accelerator;
}
