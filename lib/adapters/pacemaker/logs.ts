import type { SshHost } from '../../transports/ssh.ts';
import { newsPattern } from './news.ts';

const timeoutMs = 10_000;
/** At most this much of the end of each log. */
const tailBytes = '400000';

/** A log that nodes keep, in files or in the journal. */
export interface LogSource {
  title: string;
  /** The first of these files that is there is read. */
  files?: readonly string[];
  /** Read from the journal where there is no such file: of this unit, or of the kernel. */
  journal?: readonly string[];
  /** A shell pattern of files that are too large to be fetched: only lines that may be bad news, file by file. */
  filtered?: { pattern: string; nameOf: (path: string) => string };
  /** Whether its lines tell the way of a recovery. */
  tellsRecovery: boolean;
  /** Whether only a cluster with distributed storage of its own has it. */
  ofStorage: boolean;
}

const fileStem = (path: string): string => path.replace(/^.*\//, '').replace(/\.log$/, '');

/** Where Debian and RHEL keep the logs. */
export const logs: readonly LogSource[] = [
  { title: 'Pacemaker', files: ['/var/log/pacemaker/pacemaker.log', '/var/log/pacemaker.log'], journal: ['--unit', 'pacemaker'], tellsRecovery: true, ofStorage: false },
  { title: 'corosync', files: ['/var/log/corosync/corosync.log', '/var/log/cluster/corosync.log'], journal: ['--unit', 'corosync'], tellsRecovery: false, ofStorage: false },
  { title: 'the kernel', files: ['/var/log/kern.log'], journal: ['--dmesg'], tellsRecovery: false, ofStorage: false },
  { title: 'QEMU', filtered: { pattern: '/var/log/libvirt/qemu/*.log', nameOf: fileStem }, tellsRecovery: false, ofStorage: false },
  { title: 'Ceph', files: ['/var/log/ceph/ceph.log'], tellsRecovery: false, ofStorage: true },
  { title: 'Ceph disks', filtered: { pattern: '/var/log/ceph/*osd.*.log', nameOf: (path) => `osd.${/osd\.(\d+)/.exec(path)?.[1] ?? fileStem(path)}` }, tellsRecovery: false, ofStorage: true },
];

/** A log, or a file of it: `about` names what the file is about. */
export interface LogPart {
  about: string | null;
  text: string;
}

async function readFiltered(host: SshHost, { pattern, nameOf }: NonNullable<LogSource['filtered']>, options: { signal?: AbortSignal }): Promise<LogPart[] | null> {
  // A pattern that matches no file stays as it is: then there is nothing to read, and ls says so.
  const { code, stdout } = await host.exec(['sh', '-c', `ls -- ${pattern} >/dev/null 2>&1 || exit 3; grep -aHE "$1" -- ${pattern} | tail -n 400`, 'sh', newsPattern], { timeoutMs, ...options });
  if (code === 3) return null;
  const files = new Map<string, string[]>();
  for (const line of stdout.split('\n').filter((found) => found !== '')) {
    const [path = '', ...rest] = line.split(':');
    files.set(path, [...(files.get(path) ?? []), rest.join(':')]);
  }
  return [...files].map(([path, lines]) => ({ about: nameOf(path), text: lines.join('\n') }));
}

/** The end of a log of a node; null when the node keeps none of that kind. Throws when the node cannot be asked. */
export async function readLog(host: SshHost, { files = [], journal, filtered }: LogSource, sinceMs: number, options: { signal?: AbortSignal }): Promise<LogPart[] | null> {
  if (filtered !== undefined) return readFiltered(host, filtered, options);
  for (const path of files) {
    const { code, stdout } = await host.exec(['tail', '-c', tailBytes, '--', path], { timeoutMs, ...options });
    if (code === 0) return [{ about: null, text: stdout }];
  }
  if (journal === undefined) return null;
  const { code, stdout } = await host.exec(['journalctl', '--no-pager', '--quiet', '--output=short-iso-precise', '--since', `@${Math.floor(sinceMs / 1000)}`, '--lines', '4000', ...journal], { timeoutMs, ...options });
  return code === 0 ? [{ about: null, text: stdout }] : null;
}
