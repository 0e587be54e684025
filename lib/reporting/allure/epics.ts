import type { RowName } from '../../record/types.ts';

const epics: Record<RowName, string> = {
  'cluster-health': 'The ground',
  prerequisites: 'The ground',
  'live-migration': 'Moving guests',
  'container-migration': 'Moving guests',
  'node-shutdown': 'Losing a node',
  'node-failure': 'Losing a node',
  'node-return': 'Losing a node',
  'maintenance-drain': 'Moving guests',
  'failure-during-migration': 'Losing a node',
  'network-partition': 'Losing the network',
  'quorum-loss': 'Losing two at once',
  'disk-removal': 'Losing a disk',
  'disk-return': 'Losing a disk',
  'double-failure': 'Losing two at once',
  backup: 'Backup and recovery',
  'backup-restore': 'Backup and recovery',
  'failure-during-backup': 'Backup and recovery',
  replication: 'Backup and recovery',
  'service-access': 'Service to clients',
};

/** Where a row stands that this version does not know: the record was written by a newer one. */
const unknownRow = 'Rows of a newer version';

/** The family that a row of the matrix belongs to, also of one that a newer version recorded. */
export function epicOf(row: string): string {
  return Object.hasOwn(epics, row) ? epics[row as RowName] : unknownRow;
}
