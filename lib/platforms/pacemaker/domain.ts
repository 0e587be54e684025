import { childOf, childrenOf, descendantsOf, escapeXml, parseXml } from './xml.ts';
import { readFields } from './virsh.ts';

/** Name of the domain in a libvirt domain XML; null when it has none. */
export function domainNameOf(domainXml: string): string | null {
  const name = childOf(parseXml(domainXml), 'name')?.text ?? '';
  return name === '' ? null : name;
}

/** A disk of a domain by its target, for example `vda`. */
export interface DomainDisk {
  target: string;
  /** A writable disk with data; CD-ROMs, floppies and read-only disks are none. */
  data: boolean;
}

/** The disks in a domain XML. */
export function disksOf(domainXml: string): DomainDisk[] {
  return descendantsOf(childOf(parseXml(domainXml), 'devices'), 'disk').map((disk) => ({
    target: childOf(disk, 'target')?.attributes['dev'] ?? '',
    data: (disk.attributes['device'] ?? 'disk') === 'disk' && childOf(disk, 'readonly') === undefined,
  }));
}

/** Capacity of each disk in bytes, by target, from `domstats --block`. */
export function capacitiesOf(domstats: string): Map<string, number> {
  const fields = readFields(domstats);
  const capacities = new Map<string, number>();
  for (const [key, value] of fields) {
    const index = /^block\.(\d+)\.name$/.exec(key)?.[1];
    const capacity = fields.get(`block.${index}.capacity`);
    if (index !== undefined && capacity !== undefined) capacities.set(value, Number(capacity));
  }
  return capacities;
}

/** XML of a full backup by push mode: each disk of `archives` (target to path) into a qcow2 of its own, the others left out. */
export function backupXml(disks: readonly DomainDisk[], archives: ReadonlyMap<string, string>): string {
  const each = disks.map(({ target }) => {
    const path = archives.get(target);
    return path === undefined ? `<disk name="${escapeXml(target)}" backup="no"/>` : `<disk name="${escapeXml(target)}" backup="yes" type="file"><driver type="qcow2"/><target file="${escapeXml(path)}"/></disk>`;
  });
  return `<domainbackup mode="push"><disks>${each.join('')}</disks></domainbackup>\n`;
}

/** Files that a running backup writes, from `backup-dumpxml`. */
export function backupTargetsOf(text: string): string[] {
  return childrenOf(childOf(parseXml(text), 'disks'), 'disk').flatMap((disk) => childOf(disk, 'target')?.attributes['file'] ?? []);
}

/** True when the host's QEMU can back a running domain up, from `domcapabilities`. */
export function backupSupported(text: string): boolean {
  return descendantsOf(parseXml(text), 'backup').some(({ attributes }) => attributes['supported'] === 'yes');
}
