import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { LabFailedError } from '../errors.ts';
import { machineAptSettings, machineSources } from './apt-sources.ts';
import { packages, release } from './recipe.ts';

export interface BuildStep {
  onProgress: (message: string) => void;
  signal: AbortSignal | undefined;
  /** File that keeps everything the build says. */
  log: string;
}

const withoutExtras = ['/usr/share/doc/*', '/usr/share/man/*', '/usr/share/locale/*'].map((pattern) => `--dpkgopt=path-exclude=${pattern}`);
/** Users that the packages' scripts would have made with systemd at hand. */
const users = 'groupadd -r -f kvm; groupadd -r -f libvirt; groupadd -r -f libvirt-qemu; id libvirt-qemu 2>/dev/null || useradd -r -g kvm -d /var/lib/libvirt -s /usr/sbin/nologin libvirt-qemu';
/** The guests' kernel, unpacked and not installed: the nodes boot none. */
const guestKernel = 'cd /tmp && kernel=$(apt-cache depends linux-image-cloud-amd64 | sed -n "s/.*Depends: //p" | head -1) && apt-get download -q $kernel && dpkg -x linux-image*.deb /opt/guest-kernel && rm linux-image*.deb';

/** Builds the root filesystem of the nodes into `target`, from the machine's own package sources. Nothing is installed on the machine. */
export async function buildRootFilesystem(target: string, step: BuildStep): Promise<void> {
  const sources = `${step.log}.sources.list`;
  const settings = `${step.log}.apt.conf`;
  await writeFile(sources, `${(await machineSources()).join('\n')}\n`);
  await writeFile(settings, `APT::Install-Recommends "false";\nAcquire::Languages "none";\n${await machineAptSettings()}`);
  const code = await confined([
    'mmdebstrap', '--mode=root', '--variant=minbase', `--include=${packages.join(',')}`, `--aptopt=${settings}`, '--dpkgopt=force-unsafe-io', ...withoutExtras,
    `--customize-hook=chroot "$1" sh -ec '${users}'`, `--customize-hook=chroot "$1" sh -ec '${guestKernel}'`, release, target, sources,
  ], step);
  step.signal?.throwIfAborted();
  if (code !== 0) {
    const reason = readFileSync(step.log, 'utf8').split('\n').filter((line) => /^E: |error/i.test(line)).slice(-3).join(' ');
    throw new LabFailedError(`The root filesystem of the lab could not be built: ${reason === '' ? `mmdebstrap ended with ${code}` : reason}. Check that the machine's package sources can be reached ("apt-get update"), then try again. Log: ${step.log}`);
  }
}

/**
 * Runs a build in a pid and mount namespace of its own, so that all of it ends with this process, whatever the way that ends:
 * the death of the parent kills unshare, and unshare takes its child along. Everything it says goes to the log.
 */
async function confined(argv: readonly string[], step: BuildStep): Promise<number | null> {
  const log = createWriteStream(step.log, { flags: 'a' });
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive', ...proxies() },
  });
  const abort = (): void => void child.kill('SIGKILL');
  step.signal?.addEventListener('abort', abort);
  for (const output of [child.stdout, child.stderr]) {
    output.pipe(log, { end: false });
    createInterface({ input: output }).on('line', (line) => {
      if (line.startsWith('I: ') && !line.includes('hook')) step.onProgress(`root filesystem: ${line.slice(3)}`);
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  step.signal?.removeEventListener('abort', abort);
  await new Promise<void>((resolve) => log.end(resolve));
  return code;
}

/** A proxy may be set for this machine in the environment. */
function proxies(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).flatMap(([name, value]) => (/^(https?|ftp|no|all)_proxy$/i.test(name) && value !== undefined ? [[name, value]] : [])));
}
