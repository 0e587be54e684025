import { mutant } from './mutant.ts';

/** Every scenario of the profile: one that drops out of the selection is missed here. */
const passing = [
  'cluster-health.cluster.r1', 'prerequisites.cluster.r1', 'service-access.cluster.r1', 'node-return.cluster.r1', 'disk-removal.cluster.r1', 'disk-return.cluster.r1', 'quorum-loss.cluster.r1',
  'double-failure.cluster.disks.r1', 'double-failure.cluster.nodes.r1', 'backup-restore.web.r1', 'network-partition.web.r1', 'failure-during-backup.web.r1',
  'failure-during-migration.web.source.r1', 'failure-during-migration.web.target.r1',
  ...['dns', 'web'].flatMap((guest) => [`live-migration.${guest}.r1`, `node-shutdown.${guest}.r1`, `node-failure.${guest}.worker.r1`, `node-failure.${guest}.coordinator.r1`, `backup.${guest}.r1`, `maintenance-drain.${guest}.r1`]),
];
const lacking = ['container-migration.cluster.r1', 'replication.cluster.r1'];

mutant({
  row: 'cluster-health',
  what: 'parts are all right: every row once, none fails',
  make: async () => undefined,
  run: ['--profile', 'gate'],
  exitCodes: [0],
  expected: {
    ...Object.fromEntries(passing.map((id) => [id, { verdicts: ['pass'] as const, because: /held/ }])),
    ...Object.fromEntries(lacking.map((id) => [id, { verdicts: ['not-applicable'] as const, because: /lacks/ }])),
  },
});
