import { z } from 'zod';
import type { ProxmoxClient } from '../../platforms/proxmox/client.ts';
import { ProxmoxError } from '../../platforms/proxmox/proxmox-error.ts';
import type { ProxmoxRequest } from '../../platforms/proxmox/request.ts';
import { countsOfCeph } from '../../platforms/ceph/counts.ts';
import { cephStatus } from '../../platforms/proxmox/requests/ceph.ts';
import { haCurrent, haManagerStatus } from '../../platforms/proxmox/requests/ha.ts';
import { hear } from '../hear.ts';
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
const countsOfHa: Counts = (path, text) => (/(?:^|\.)timestamp$|^(?:quorum|\[quorum\])\.node$/.test(path) ? null : text.replace(/, [^(]*\d\d:\d\d:\d\d[^)]*\)$/, ')'));

/** A node without Ceph says nothing of Ceph. */
const isSilence = (error: unknown): boolean => !(error instanceof ProxmoxError && error.kind === 'not-installed');

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
        return hear({ recorder, of: partOf(request), signal: options?.signal, isSilence }, (tell) => {
          const whole = z.unknown().transform((state) => {
            tell(state);
            return state;
          });
          return client.read({ ...request, answer: whole.pipe(request.answer) }, options);
        });
      },
    },
  };
}
