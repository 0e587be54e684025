import { z } from 'zod';
import type { ProxmoxClient } from '../../platforms/proxmox/client.ts';
import { ProxmoxError } from '../../platforms/proxmox/proxmox-error.ts';
import type { ProxmoxRequest } from '../../platforms/proxmox/request.ts';
import { cephStatus } from '../../platforms/proxmox/requests/ceph.ts';
import { haCurrent, haManagerStatus } from '../../platforms/proxmox/requests/ha.ts';
import type { Counts } from '../state-changes.ts';
import { openStateRecorder } from '../state-recorder.ts';
import type { StateRecorder } from '../state-recorder.ts';

/** A client whose readings are heard, and what was heard. */
export interface HeardClient {
  client: ProxmoxClient;
  ha: StateRecorder;
  ceph: StateRecorder;
}

/** By the path of the API. Asked of whichever node, Ceph's status is the same. */
export const heardParts = { current: haCurrent().template, manager: haManagerStatus().template, ceph: cephStatus().template };

/** Round times are written anew all the time, and who answered is no change of the cluster. */
const countsOfHa: Counts = (path, text) => (/(?:^|\.)timestamp$|^(?:quorum|\[quorum\])\.node$/.test(path) ? null : text.replace(/, \w{3} \w{3} +\d+ [\d:]{8} \d{4}\)$/, ')'));

/** What Ceph says of health, members and data; rates, fill levels, ages and epochs are in the whole answers alone. The words of a check name how many; of one about what is down, also which. */
const countsOfCeph: Counts = (path, text) => (/^(?:health\.(?:status|checks\.\w+\.(?:severity|summary\.message)|checks\.\w+_DOWN\.detail.*)|quorum_names|mgrmap\.(?:available|active_name)|osdmap\.(?:osdmap\.)?num_\w+|pgmap\.(?:pgs_by_state.*\.count|num_pgs|(?:degraded|misplaced|unfound)_objects))$/.test(path) ? text : null);

const nowNs = (): number => Number(process.hrtime.bigint());

/** What an error says of the part: null for a node without Ceph, and for a reading that we gave up ourselves before its time was over. */
function silenceOf(error: unknown, signal: AbortSignal | undefined): string | null {
  if (error instanceof ProxmoxError && error.kind === 'not-installed') return null;
  const reason: unknown = signal?.aborted === true ? signal.reason : null;
  if (reason !== null && !(reason instanceof Error && reason.name === 'TimeoutError')) return null;
  return error instanceof Error ? error.message : String(error);
}

/**
 * The same client, with an ear on what it reads of the HA manager and of Ceph: each answer whole, before anybody picks from it, and each
 * silence. It asks for nothing by itself.
 */
export function hearStates(client: ProxmoxClient): HeardClient {
  const ha = openStateRecorder({ title: 'HA manager over time', file: 'ha-manager.jsonl' }, countsOfHa);
  const ceph = openStateRecorder({ title: 'Ceph status over time', file: 'ceph-status.jsonl' }, countsOfCeph);
  const recorderOf = new Map([[heardParts.current, ha], [heardParts.manager, ha], [heardParts.ceph, ceph], [cephStatus('node').template, ceph]]);
  const partOf = ({ template }: ProxmoxRequest<unknown>): string => (recorderOf.get(template) === ceph ? heardParts.ceph : template);
  return {
    ha,
    ceph,
    client: {
      ...client,
      read: async (request, options) => {
        const recorder = recorderOf.get(request.template);
        if (recorder === undefined) return client.read(request, options);
        const fromNs = nowNs();
        const heard = z.unknown().transform((state) => {
          recorder.read(partOf(request), { fromNs, toNs: nowNs() }, state);
          return state;
        });
        try {
          return await client.read({ ...request, answer: heard.pipe(request.answer) }, options);
        } catch (error) {
          const why = silenceOf(error, options?.signal);
          if (why !== null) recorder.failed(partOf(request), { fromNs, toNs: nowNs() }, why);
          throw error;
        }
      },
    },
  };
}
