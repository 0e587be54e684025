const vmDisk = /^(?:scsi|virtio|ide|sata|efidisk|tpmstate)\d+$/;
const containerDisk = /^(?:rootfs|mp\d+)$/;
const units: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** A disk of a guest as its configuration has it. */
export interface GuestDisk {
  key: string;
  volume: string;
  storage: string;
  bytes: number;
}

/** The disks that a backup takes: no CD drives, no disks that are left out of backups, and of containers only mount points that are put in. */
export function backedUpDisks(config: Readonly<Record<string, string>>): GuestDisk[] {
  return Object.entries(config).flatMap(([key, value]): GuestDisk[] => {
    const [volume = '', ...options] = value.split(',');
    const has = (option: string): boolean => options.includes(option);
    if (!vmDisk.test(key) && !containerDisk.test(key)) return [];
    if (volume === 'none' || !volume.includes(':') || has('media=cdrom') || has('backup=0')) return [];
    if (key.startsWith('mp') && !has('backup=1')) return [];
    const [, figure = '0', unit = ''] = /(?:^|,)size=(\d+(?:\.\d+)?)([KMGT]?)/.exec(value) ?? [];
    return [{ key, volume, storage: volume.slice(0, volume.indexOf(':')), bytes: Number(figure) * (units[unit] ?? 1) }];
  }).toSorted((one, other) => one.key.localeCompare(other.key));
}
