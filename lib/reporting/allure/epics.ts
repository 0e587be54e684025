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

/** The family that a row of the matrix belongs to. */
export function epicOf(row: RowName): string {
  return epics[row];
}
