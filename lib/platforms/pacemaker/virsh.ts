/** Commands of libvirt's virsh as their words, and what they answer. Its words are not translated: LC_ALL is C. */

const virsh: readonly string[] = ['env', 'LC_ALL=C', 'virsh', '--quiet', '--connect', 'qemu:///system'];

/** Names of domains that execute; one that is being received by a migration or was stopped by an I/O error is none of them. */
export const runningDomainsCommand: readonly string[] = [...virsh, 'list', '--state-running', '--name'];
/** Names of domains that exist as a process, executing or not. */
export const activeDomainsCommand: readonly string[] = [...virsh, 'list', '--name'];
/** Names of all domains, running or not. */
export const allDomainsCommand: readonly string[] = [...virsh, 'list', '--all', '--name'];
export const versionsCommand: readonly string[] = [...virsh, 'version', '--daemon'];
export const capabilitiesCommand: readonly string[] = [...virsh, 'domcapabilities'];

/** Asks another node's libvirt for its address, over the way that migrations take. */
export function reachCommand(node: string, transport: string | null): string[] {
  return ['env', 'LC_ALL=C', 'virsh', '--quiet', '--connect', `qemu${transport === null ? '' : `+${transport}`}://${node}/system?no_tty=1`, 'uri'];
}

/** Statistics of the job that runs on a domain, or of the last one that was completed. */
export function jobCommand(domain: string, which: 'running' | 'completed'): string[] {
  return [...virsh, 'domjobinfo', '--domain', domain, '--rawstats', ...(which === 'completed' ? ['--completed', '--keep-completed'] : [])];
}

export function abortJobCommand(domain: string): string[] {
  return [...virsh, 'domjobabort', '--domain', domain];
}

/** Starts a domain that is gone when it ends. */
export function createCommand(xmlPath: string): string[] {
  return [...virsh, 'create', xmlPath];
}

/** Ends a domain at once. */
export function destroyCommand(domain: string): string[] {
  return [...virsh, 'destroy', '--domain', domain];
}

export function dumpXmlCommand(domain: string): string[] {
  return [...virsh, 'dumpxml', '--domain', domain];
}

export function blockStatsCommand(domain: string): string[] {
  return [...virsh, 'domstats', '--block', domain];
}

export function backupBeginCommand(domain: string, xmlPath: string): string[] {
  return [...virsh, 'backup-begin', '--domain', domain, '--backupxml', xmlPath];
}

/** XML of the backup that runs on a domain; fails when none runs. */
export function backupXmlCommand(domain: string): string[] {
  return [...virsh, 'backup-dumpxml', '--domain', domain];
}

/** Lines that name something. */
export function readNames(text: string): string[] {
  return text.split('\n').map((line) => line.trim()).filter((line) => line !== '');
}

/** Operations of libvirt's job statistics that matter here, by their numbers in libvirt's virDomainJobOperation (since 3.3.0). */
const operations: Readonly<Record<string, string>> = { '4': 'incoming migration', '5': 'outgoing migration', '9': 'backup' };

/** A job of a domain; null where none is known. */
export interface DomainJob {
  operation: string;
  /** Ended well; null while it runs. */
  ok: boolean | null;
  elapsedMs: number | null;
  downtimeMs: number | null;
  error: string | null;
}

/** Fields `key: value` or `key=value`, one a line. */
export function readFields(text: string): Map<string, string> {
  return new Map([...text.matchAll(/^\s*([\w.]+)\s*[:=]\s*(.*)$/gm)].map((match) => [match[1] ?? '', (match[2] ?? '').trim()]));
}

/** Reads `domjobinfo --rawstats`. Job types (virDomainJobType): 0 none, 1 and 2 running, 3 completed, 4 failed, 5 cancelled. */
export function readJob(text: string): DomainJob | null {
  const fields = readFields(text);
  const type = Number(/^Job type:\s*(\d+)/m.exec(text)?.[1] ?? 0);
  if (!(type > 0)) return null;
  const figure = (name: string): number | null => (fields.has(name) ? Number(fields.get(name)) : null);
  const operation = fields.get('operation') ?? '';
  return { operation: operations[operation] ?? `job ${operation}`, ok: type < 3 ? null : type === 3, elapsedMs: figure('time_elapsed'), downtimeMs: figure('downtime'), error: fields.get('errmsg') ?? null };
}
