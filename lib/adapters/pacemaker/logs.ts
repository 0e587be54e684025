import type { ExecResult, SshHost } from '../../transports/ssh.ts';
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
  /** Whether a line without a stamp belongs to the one before: a daemon's last words are several lines. */
  hasLastWords?: true;
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
  { title: 'Ceph', files: ['/var/log/ceph/ceph.log'], tellsRecovery: true, ofStorage: true },
  { title: 'Ceph disks', filtered: { pattern: '/var/log/ceph/*osd.*.log', nameOf: (path) => `osd.${/osd\.(\d+)/.exec(path)?.[1] ?? fileStem(path)}` }, hasLastWords: true, tellsRecovery: false, ofStorage: true },
];

/** A log, or a file of it: `about` names what the file is about. */
export interface LogPart {
  about: string | null;
  text: string;
}

/** What an answer means: its output, nothing because the log is not there, or an error, for a log that is there and could not be read proves nothing. */
function textOrNone({ code, stdout, stderr }: ExecResult, what: string, absent: (stderr: string) => boolean): string | null {
  if (code === 0) return stdout;
  if (absent(stderr)) return null;
  throw new Error(`${what} could not be read: ${stderr.trim() || `status ${code}`}`);
}

async function readFiltered(host: SshHost, { pattern, nameOf }: NonNullable<LogSource['filtered']>, options: { signal?: AbortSignal }): Promise<LogPart[] | null> {
  // A pattern that matches no file stays as it is: then there is nothing to read. grep ends with 1 where no line matches, with 2 where it could not read.
  const script = `set -- "$1" ${pattern}; [ -e "$2" ] || exit 3; lines=$(grep -aHE -- "$@"); code=$?; [ "$code" -le 1 ] || exit "$code"; printf '%s\n' "$lines" | tail -n 400`;
  const result = await host.exec(['sh', '-c', script, 'sh', newsPattern], { timeoutMs, ...options });
  if (result.code === 3) return null;
  const files = new Map<string, string[]>();
  for (const line of (textOrNone(result, pattern, () => false) ?? '').split('\n').filter((found) => found !== '')) {
    const [path = '', ...rest] = line.split(':');
    files.set(path, [...(files.get(path) ?? []), rest.join(':')]);
  }
  return [...files].map(([path, lines]) => ({ about: nameOf(path), text: lines.join('\n') }));
}

/**
 * The end of a log of a node; null when the node keeps none of that kind.
 *
 * @throws Error when the node cannot be asked, or has the log and does not let it be read
 */
export async function readLog(host: SshHost, { files = [], journal, filtered }: LogSource, sinceMs: number, options: { signal?: AbortSignal }): Promise<LogPart[] | null> {
  if (filtered !== undefined) return readFiltered(host, filtered, options);
  for (const path of files) {
    const text = textOrNone(await host.exec(['env', 'LC_ALL=C', 'tail', '-c', tailBytes, '--', path], { timeoutMs, ...options }), path, (stderr) => stderr.includes('No such file'));
    if (text !== null) return [{ about: null, text }];
  }
  if (journal === undefined) return null;
  const answer = await host.exec(['env', 'LC_ALL=C', 'journalctl', '--no-pager', '--quiet', '--output=short-iso-precise', '--since', `@${Math.floor(sinceMs / 1000)}`, '--lines', '4000', ...journal], { timeoutMs, ...options });
  const text = textOrNone(answer, `the journal (${journal.join(' ')})`, (stderr) => /No such file|No journal files/.test(stderr));
  return text === null ? null : [{ about: null, text }];
}
