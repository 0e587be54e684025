import { randomUUID } from 'node:crypto';
import type { Played, PlayedCall } from '../../../transports/testing/windows-node.ts';
import type { ScriptName } from '../scripts.ts';

/*
 * Machines that were imported beside their originals. Documented: an import with -Copy -GenerateNewId has another id and is off; a
 * private switch has no way out. Invented: how long a boot takes until the heartbeat is there, and the names.
 */
export interface PlayedScratch {
  id: string;
  name: string;
  folder: string;
  switchName: string;
  mark: string;
  state: string;
  /** Readings until the heartbeat is there. */
  bootsIn: number;
}

export interface ScratchPlay {
  /** By node. */
  machines: Map<string, PlayedScratch>;
  /** Digest of the import's disk; the export's is "A". */
  digest: string;
  /** Where the import is connected, in the place of its private switch. */
  leak: string | null;
  /** What the machine publishes by the data exchange. */
  word: string | null;
  /** Answers before a folder can be removed, because an import still writes. */
  busy: number;
  answer(node: string, script: ScriptName, parameters: PlayedCall['parameters']): (Played & object) | null;
}

/** The scratch machines of a cluster that is played; answers null to what is none of their business. */
export function playScratch(): ScratchPlay {
  const play: ScratchPlay = {
    machines: new Map(),
    digest: 'A',
    leak: null,
    word: null,
    busy: 0,
    answer: (node, script, parameters) => {
      const found = play.machines.get(node);
      switch (script) {
        case 'import-scratch': {
          const made = { id: randomUUID(), name: String(parameters['Name']), folder: String(parameters['Folder']), switchName: String(parameters['Switch']), mark: String(parameters['Mark']), state: 'Off', bootsIn: 2 };
          play.machines.set(node, made);
          return { data: { id: made.id } };
        }
        case 'compare-disks':
          return { data: { exported: { name: 'web.vhdx', bytes: '4294967296', digest: 'A' }, imported: { name: 'web.vhdx', bytes: '4294967296', digest: play.digest } } };
        case 'read-scratch': {
          if (found === undefined) return { data: { machines: [], privateSwitches: [], folder: false } };
          if (found.state === 'Running') found.bootsIn -= 1;
          const heartbeat = found.state === 'Running' && found.bootsIn <= 0 ? 'OkApplicationsUnknown' : 'NoContact';
          return { data: { machines: { id: found.id, name: found.name, state: found.state, heartbeat, clustered: false, adapters: { name: 'Carte réseau', switch: play.leak ?? found.switchName }, disks: `${found.folder}\\web.vhdx`, word: parameters['Exchange'] === '' || heartbeat === 'NoContact' ? null : play.word }, privateSwitches: found.switchName, folder: true } };
        }
        case 'switch-machine': {
          if (found === undefined || found.id !== parameters['Id']) return { error: { message: "Hyper-V n'a pas trouvé d'ordinateur virtuel.", category: 'InvalidArgument' } };
          const was = found.state;
          found.state = parameters['Action'] === 'on' ? 'Running' : 'Off';
          return { data: { was, now: found.state } };
        }
        case 'remove-scratch':
          if (found?.folder === parameters['Folder'] && found?.mark === parameters['Mark']) play.machines.delete(node);
          if (parameters['Files'] === true && play.busy > 0) {
            play.busy -= 1;
            return { error: { message: 'Le fichier est utilisé par un autre processus.', category: 'WriteError', hresult: '0x80070020' } };
          }
          return { data: { machines: play.machines.has(node) ? found?.name : [], switches: [], folder: false } };
        default:
          return null;
      }
    },
  };
  return play;
}
