import { existsSync } from 'node:fs';
import { LabImpossibleError } from '../errors.ts';
import { $ } from '../shell.ts';
import { release } from './recipe.ts';

const debianKeyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
/** Settings of the machine's apt that a build on this machine needs too. */
const inherited = /^Acquire::(.*::)?(Proxy|Proxy-Auto-Detect|Retries|Check-Valid-Until|Check-Date|Verify-Peer|CaInfo)\b/i;

/** Source lines of the wanted Debian release out of what `apt-get indextargets` prints (`uri|release|codename|component|origin`). */
export function debianSources(targets: string, wanted: string, keyring: string | null): string[] {
  const lines = targets.split('\n').flatMap((line) => {
    const [uri = '', suite = '', codename = '', component = '', origin = ''] = line.split('|');
    const known = codename === '' ? suite : codename;
    const isWanted = known === wanted || known.startsWith(`${wanted}-`);
    if (uri === '' || component !== 'main' || !isWanted || known.endsWith('-backports') || !['', 'Debian'].includes(origin)) return [];
    return [`deb ${keyring === null ? '' : `[signed-by=${keyring}] `}${uri} ${suite} ${component}`];
  });
  return [...new Set(lines)];
}

/** The machine's own sources of the release, as lines of a sources.list. */
export async function machineSources(): Promise<string[]> {
  const format = '$(REPO_URI)|$(RELEASE)|$(CODENAME)|$(COMPONENT)|$(ORIGIN)';
  const { stdout } = await $`apt-get indextargets --format ${format} 'Created-By: Packages'`;
  const sources = debianSources(stdout, release, existsSync(debianKeyring) ? debianKeyring : null);
  if (!sources.some((line) => line.includes(` ${release} `) || !line.includes('-'))) {
    throw new LabImpossibleError(`The package sources of this machine hold no Debian ${release} (12). The lab's nodes are made of it: add its source to /etc/apt, run "apt-get update", then try again.`);
  }
  return sources;
}

/** Proxy and similar settings of the machine's apt, as the content of an apt.conf. */
export async function machineAptSettings(): Promise<string> {
  const { stdout } = await $`apt-config dump`;
  return stdout.split('\n').filter((line) => inherited.test(line)).map((line) => `${line}\n`).join('');
}
