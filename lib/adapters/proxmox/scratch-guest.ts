/** How a scratch guest is known: nothing is ever removed that does not bear this. */
export const scratchMark = 'ha-acceptance scratch guest';

/** Ids of scratch guests lie here; Proxmox VE takes ids up to 999999999 (PVE::JSONSchema, pve-vmid). */
const firstScratchId = 990_000_000;
const scratchIds = 9_000_000;

/** The id of a guest's scratch guest. It follows from the guest's own, so that it is found again after a crash. */
export function scratchIdOf(id: string): string {
  return String(firstScratchId + (Number(id) % scratchIds));
}

const uuidOf = (config: Readonly<Record<string, string>>): string | null => /(?:^|,)uuid=([\w-]+)/.exec(config['smbios1'] ?? '')?.[1] ?? null;

/**
 * Whether the guest with the scratch id is ours: it bears our mark, or, between its restoration and its marking, what only a copy of
 * the original has: its SMBIOS id, or for containers its name and its start from an archive.
 */
export function isScratch(config: Readonly<Record<string, string>>, original: Readonly<Record<string, string>>): boolean {
  if (config['description']?.startsWith(scratchMark) === true) return true;
  const uuid = uuidOf(config);
  if (uuid !== null) return uuid === uuidOf(original);
  return config['hostname'] !== undefined && config['hostname'] === original['hostname'];
}

export interface ScratchOptions {
  set: Record<string, string | boolean>;
  remove: string[];
}

/**
 * What keeps a restored guest from everybody else and lets it be removed: a VM's cables are pulled, a container's interfaces removed;
 * it does not start at boot, runs no hook script of the original's, and is not protected from removal.
 */
export function scratchOptions(kind: 'vm' | 'container', config: Readonly<Record<string, string>>, original: string): ScratchOptions {
  const interfaces = Object.entries(config).filter(([key]) => /^net\d+$/.test(key));
  const pulled = interfaces.map(([key, value]): [string, string] => [key, `${value.split(',').filter((option) => !option.startsWith('link_down=')).join(',')},link_down=1`]);
  return {
    set: { onboot: false, protection: false, description: `${scratchMark} of ${original}. It is removed when its test ends.`, ...(kind === 'vm' ? Object.fromEntries(pulled) : {}) },
    remove: [...(config['hookscript'] === undefined ? [] : ['hookscript']), ...(kind === 'vm' ? [] : interfaces.map(([key]) => key))],
  };
}

/** Whether no interface of a guest has a cable, from its configuration read back. */
export function isCutOff(config: Readonly<Record<string, string>>): boolean {
  return Object.entries(config).every(([key, value]) => !/^net\d+$/.test(key) || value.split(',').includes('link_down=1'));
}

/** What a guest has that stands in the way of a copy beside it, in words; null when nothing does. */
export function obstacle(config: Readonly<Record<string, string>>): string | null {
  const devices = Object.entries(config).filter(([key, value]) => /^(?:hostpci|usb|parallel)\d+$/.test(key) && !value.startsWith('spice'));
  return devices.length === 0 ? null : `it uses devices of its node (${devices.map(([key]) => key).join(', ')}), which a copy beside it cannot have`;
}
