import type { Played, PlayedCall } from '../../../transports/testing/windows-node.ts';
import type { ScriptName } from '../scripts.ts';

/*
 * Windows Server Backup of the nodes. Documented: its cmdlets, that a one-time backup takes a policy that is stored nowhere, and that one
 * job runs at a time. Field reports: JobState "Completed" with HResult 0, and components of a version that name their machine by VMName.
 * Invented: names of versions, sizes, and how long a job takes.
 */
export interface PlayedVersion {
  id: string;
  utc: string;
  machines: string[];
  volumes: number;
}

interface PlayedJob {
  state: string;
  hresult: string;
  detail: string;
  words: string;
  began: string;
}

export interface PlayedServerBackup {
  present: boolean;
  marks: { name: string; utc: string }[];
  running: { began: string; doing: string } | null;
  last: PlayedJob | null;
  versions: PlayedVersion[];
}

export interface ServerBackupPlay {
  /** By node; one that is not here has nothing on its volume. */
  nodes: Map<string, PlayedServerBackup>;
  /** How long a job takes, ms, how it ends, and of which machines the version is that it makes; null: of the one that was asked for. */
  jobMs: number;
  ends: Pick<PlayedJob, 'state' | 'hresult' | 'detail' | 'words'>;
  makes: string[] | null;
  images: { name: string; bytes: string; intact: boolean | null }[];
  of(node: string): PlayedServerBackup;
  answer(node: string, script: ScriptName, parameters: PlayedCall['parameters'], machine: string | null): (Played & object) | null;
}

/** Nothing was ever backed up; a job succeeds after a moment. */
export function playServerBackup(): ServerBackupPlay {
  let versions = 0;
  const now = (): string => new Date().toISOString();
  const refused = (message: string): Played & object => ({ error: { message, category: 'OperationStopped' } });
  const play: ServerBackupPlay = {
    nodes: new Map(),
    jobMs: 300,
    ends: { state: 'Completed', hresult: '0', detail: '0', words: '' },
    makes: null,
    images: [{ name: '7f2b0f5e.vhdx', bytes: '4294967296', intact: true }],
    of: (node) => {
      const found = play.nodes.get(node) ?? { present: true, marks: [], running: null, last: null, versions: [] };
      play.nodes.set(node, found);
      return found;
    },
    answer: (node, script, parameters, machine) => {
      const own = play.of(node);
      switch (script) {
        case 'read-server-target':
          return { data: { ...own, free: '500000000000', marks: own.marks.filter(({ name }) => name.startsWith(String(parameters['Prefix']))), last: own.last } };
        case 'begin-server-backup': {
          if (machine === null) return refused('Windows Server Backup of this node offers 0 machines named web.');
          if (own.running !== null) return refused('Windows Server Backup of this node is at work already.');
          own.marks.push({ name: String(parameters['Mark']), utc: now() });
          const job = { began: now(), doing: 'Volume 1 (1%) of 1 volume(s)' };
          own.running = job;
          setTimeout(() => {
            if (own.running !== job) return;
            own.running = null;
            own.last = { ...play.ends, began: job.began };
            if (play.ends.hresult === '0') own.versions.push({ id: `11/21/2026-19:${String(10 + (versions += 1))}`, utc: now(), machines: play.makes ?? [machine], volumes: 0 });
          }, play.jobMs).unref();
          return { data: { asked: true } };
        }
        case 'verify-server-backup':
          return { data: { images: own.versions.length === 0 ? [] : play.images } };
        case 'stop-server-backup': {
          const stopped = own.running?.began === parameters['Began'];
          if (own.running !== null && stopped) Object.assign(own, { last: { state: 'Completed', hresult: '-2147023673', detail: '0', words: "L'opération a été annulée.", began: own.running.began }, running: null });
          return { data: { stopped } };
        }
        case 'remove-server-backup': {
          const before = own.versions.length;
          own.versions = own.versions.filter(({ id }) => id !== parameters['Version']);
          return { data: { found: before - own.versions.length } };
        }
        case 'remove-server-marks':
          own.marks = own.marks.filter(({ name }) => !name.startsWith(String(parameters['Prefix'])));
          return { data: { left: [] } };
        default:
          return null;
      }
    },
  };
  return play;
}
