import { accessSync, constants, existsSync, mkdirSync, readFileSync, statfsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { LabImpossibleError } from '../errors.ts';
import { isImageBuilt } from '../image/cache.ts';
import { cacheFolder } from '../paths.ts';
import { $ } from '../shell.ts';

/** Commands of the host that the lab calls, and the Debian package of each. */
const commands: Record<string, string> = {
  mmdebstrap: 'mmdebstrap', ip: 'iproute2', ping: 'iputils-ping', unshare: 'util-linux', nsenter: 'util-linux', mount: 'mount',
};
const systemFolders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
const neededMemoryMiB = 2500;
const neededDiskMiB = 3000;

export interface Machine {
  platform: string;
  arch: string;
  isRoot: boolean;
  missingPackages: string[];
  memoryMiB: number;
  diskMiB: number;
  imageBuilt: boolean;
  missingDevices: string[];
}

/** Why the lab cannot run on this machine, each with its remedy; empty when it can. */
export function impossibilities(machine: Machine): string[] {
  if (machine.platform !== 'linux' || machine.arch !== 'x64') return [`The lab runs on Linux (amd64) only; this is ${machine.platform} (${machine.arch}). Use such a machine, or an environment of your own.`];
  const found: string[] = [];
  if (!machine.isRoot) found.push('The lab needs root, for namespaces, mounts and loop devices. Run the command again as root or with sudo.');
  if (machine.missingPackages.length > 0) found.push(`These Debian packages are missing: ${machine.missingPackages.join(' ')}. Install them: apt-get install ${machine.missingPackages.join(' ')}`);
  if (machine.missingDevices.length > 0) found.push(`The kernel does not offer ${machine.missingDevices.join(', ')}. Load the modules: modprobe -a loop tun overlay bridge veth`);
  if (machine.memoryMiB < neededMemoryMiB) found.push(`The lab needs ${neededMemoryMiB} MiB of free memory and ${machine.memoryMiB} MiB are free. End something else, or use a larger machine.`);
  if (!machine.imageBuilt && machine.diskMiB < neededDiskMiB) found.push(`The lab's cache needs ${neededDiskMiB} MiB in ${cacheFolder()} and ${machine.diskMiB} MiB are free. Free some, or set XDG_CACHE_HOME to another disk.`);
  return found;
}

function isInstalled(command: string): boolean {
  return [...systemFolders, ...(process.env.PATH ?? '').split(delimiter)].some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function readMachine(): Machine {
  const isLinux = process.platform === 'linux';
  const available = isLinux ? /MemAvailable:\s+(\d+)/.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1] : undefined;
  mkdirSync(cacheFolder(), { recursive: true });
  const disk = statfsSync(cacheFolder());
  const overlay = isLinux && readFileSync('/proc/filesystems', 'utf8').includes('\toverlay\n');
  return {
    platform: process.platform,
    arch: process.arch,
    isRoot: process.getuid?.() === 0,
    missingPackages: [...new Set(Object.entries(commands).filter(([command]) => !isInstalled(command)).map(([, name]) => name))],
    memoryMiB: Math.floor(Number(available ?? 0) / 1024),
    diskMiB: Math.floor((disk.bavail * disk.bsize) / 1024 ** 2),
    imageBuilt: isImageBuilt(),
    missingDevices: [...['/dev/loop-control', '/dev/net/tun'].filter((file) => !existsSync(file)), ...(overlay ? [] : ['overlay file systems'])],
  };
}

/** Throws LabImpossibleError with every reason why the lab cannot run here. */
export async function preflight(): Promise<void> {
  if (process.platform === 'linux' && process.getuid?.() === 0) await $({ nothrow: true })`modprobe -a loop tun overlay bridge veth 2>/dev/null`;
  const reasons = impossibilities(readMachine());
  if (reasons.length > 0) throw new LabImpossibleError(reasons.join('\n'));
}
