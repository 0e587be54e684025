import { writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { LabFailedError } from '../errors.ts';
import { $ } from '../shell.ts';
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
  const signal = step.signal === undefined ? {} : { signal: step.signal };
  const build = $({ nothrow: true, ...signal })`mmdebstrap --mode=root --variant=minbase --include=${packages.join(',')} --aptopt=${settings} --dpkgopt=force-unsafe-io ${withoutExtras} \
    --customize-hook=${`chroot "$1" sh -ec '${users}'`} --customize-hook=${`chroot "$1" sh -ec '${guestKernel.replaceAll("'", `'\\''`)}'`} \
    ${release} ${target} ${sources} 2>&1 | tee -a ${step.log}`;
  createInterface({ input: build.stdout }).on('line', (line) => {
    if (line.startsWith('I: ') && !line.includes('hook')) step.onProgress(`root filesystem: ${line.slice(3)}`);
  });
  const result = await build;
  step.signal?.throwIfAborted();
  if (result.exitCode !== 0) {
    const reason = result.stdout.split('\n').filter((line) => /^E: |error/i.test(line)).slice(-3).join(' ');
    throw new LabFailedError(`The root filesystem of the lab could not be built: ${reason === '' ? `mmdebstrap ended with ${result.exitCode}` : reason} Check that the machine's package sources can be reached ("apt-get update"), then try again. Log: ${step.log}`);
  }
}
