/** How a scratch guest is known: nothing is ever removed that does not bear this. */
export const scratchMark = 'ha-acceptance scratch guest';

/** Ids of scratch guests lie here; Proxmox VE takes ids up to 999999999 (PVE::JSONSchema, pve-vmid). */
const firstScratchId = 990_000_000;
const scratchIds = 9_000_000;

/** The id of a guest's scratch guest. It follows from the guest's own, so that it is found again after a crash. */
export function scratchIdOf(id: string): string {
  return String(firstScratchId + (Number(id) % scratchIds));
}

/** What stands in the description of a scratch guest, from its restoration on. */
export function scratchDescription(original: string): string {
  return `${scratchMark} of ${original}. It is removed when its test ends.`;
}

/** Whether a guest bears our mark. */
export function isScratch(config: Readonly<Record<string, string>>): boolean {
  return config['description']?.startsWith(scratchMark) === true;
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
    set: { onboot: false, protection: false, description: scratchDescription(original), ...(kind === 'vm' ? Object.fromEntries(pulled) : {}) },
    remove: [...(config['hookscript'] === undefined ? [] : ['hookscript']), ...(kind === 'vm' ? [] : interfaces.map(([key]) => key))],
  };
}

/** Whether no interface of a guest has a cable, from its configuration read back. */
export function isCutOff(config: Readonly<Record<string, string>>): boolean {
  return Object.entries(config).every(([key, value]) => !/^net\d+$/.test(key) || value.split(',').includes('link_down=1'));
}

/** Options that a user must be root@pam itself to set or to delete, whatever its role (API2/Qemu.pm, check_vm_modify_config_perm; LXC.pm, check_ct_modify_config_perm). */
const rootsOptions = ['args', 'hookscript'] as const;

/** What stands in the way of a copy beside a guest. Without full stops. */
export interface RestoreObstacle {
  why: string;
  remedy: string;
}

/** @param user whom the API takes us for; a token of root@pam is not root@pam itself */
export function obstacle(name: string, config: Readonly<Record<string, string>>, user: string): RestoreObstacle | null {
  const devices = Object.entries(config).filter(([key, value]) => /^(?:hostpci|usb|parallel)\d+$/.test(key) && !value.startsWith('spice')).map(([key]) => key);
  if (devices.length > 0) return { why: `${name} cannot be restored beside itself: it uses devices of its node (${devices.join(', ')}), which a copy cannot have`, remedy: `Take ${name} out of allow.guests, or leave the row out` };
  const options = user === 'root@pam' ? [] : rootsOptions.filter((key) => config[key] !== undefined);
  if (options.length === 0) return null;
  const what = options.join(' and ');
  return { why: `${user} cannot restore ${name} beside itself: its configuration has ${what}, which only root@pam itself may give to a copy or take from it`, remedy: `Sign in as root@pam by credentials.login instead of a token, or delete ${what} from ${name} ("${config['hostname'] === undefined ? 'qm' : 'pct'} set ID --delete ${options.join(',')}")` };
}
