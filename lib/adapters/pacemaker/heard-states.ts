import { countsOfCeph } from '../../platforms/ceph/counts.ts';
import { openStateRecorder } from '../state-recorder.ts';
import type { StateRecorder } from '../state-recorder.ts';

/** What was read of Pacemaker and of Ceph, whoever asked. */
export interface HeardStates {
  manager: StateRecorder;
  ceph: StateRecorder;
}

/** By the commands that ask. */
export const heardParts = { manager: 'crm_mon', ceph: 'ceph status' };

/** Two recorders; of Pacemaker's account everything counts but its list of past operations, which other lines tell as they happen. */
export function hearStates(): HeardStates {
  return {
    manager: openStateRecorder({ title: 'HA manager over time', file: 'ha-manager.jsonl' }, (path, text) => (path.startsWith('history') ? null : text)),
    ceph: openStateRecorder({ title: 'Ceph status over time', file: 'ceph-status.jsonl' }, countsOfCeph),
  };
}
