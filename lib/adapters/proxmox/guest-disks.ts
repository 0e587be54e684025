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

/** Every disk of a configuration that is none of a CD drive, and the options that it has. */
function disksIn(config: Readonly<Record<string, string>>): (GuestDisk & { options: readonly string[] })[] {
  return Object.entries(config).flatMap(([key, value]) => {
    const [volume = '', ...options] = value.split(',');
    if (!vmDisk.test(key) && !containerDisk.test(key)) return [];
    if (volume === 'none' || !volume.includes(':') || options.includes('media=cdrom')) return [];
    const [, figure = '0', unit = ''] = /(?:^|,)size=(\d+(?:\.\d+)?)([KMGT]?)/.exec(value) ?? [];
    return [{ key, volume, storage: volume.slice(0, volume.indexOf(':')), bytes: Number(figure) * (units[unit] ?? 1), options }];
  }).toSorted((one, other) => one.key.localeCompare(other.key));
}

const bare = ({ key, volume, storage, bytes }: GuestDisk): GuestDisk => ({ key, volume, storage, bytes });

/** The disks that a backup takes: no CD drives, no disks that are left out of backups, and of containers only mount points that are put in. */
export function backedUpDisks(config: Readonly<Record<string, string>>): GuestDisk[] {
  return disksIn(config).filter(({ key, options }) => !options.includes('backup=0') && (!key.startsWith('mp') || options.includes('backup=1'))).map(bare);
}

/** The disks that a replication job takes: all that are not left out of it. */
export function replicatedVolumes(config: Readonly<Record<string, string>>): GuestDisk[] {
  return disksIn(config).filter(({ options }) => !options.includes('replicate=0')).map(bare);
}
