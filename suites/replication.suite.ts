import { Blocked } from '../lib/scenario/outcome.ts';
import { matrixRow } from '../lib/scenario/row.ts';

matrixRow({
  row: 'replication',
  title: 'The replica of the recovery plan is current, and can take over',
  per: 'cluster',
  needs: ['replication'],
  gate: true,
  expectedMs: 60_000,
  deadlineMs: 900_000,
  prepare: () => {
    throw new Blocked('The platform replicates guests, and this version of the tool cannot read how old a replica is: nothing was done. See CHANGELOG.md for what newer versions do.');
  },
  run: async () => undefined,
});
