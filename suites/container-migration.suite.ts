import { Blocked } from '../lib/scenario/outcome.ts';
import { matrixRow } from '../lib/scenario/row.ts';

matrixRow({
  row: 'container-migration',
  title: 'A container is stopped, moved and started on another node, and serves again',
  per: 'cluster',
  needs: ['container-migration'],
  gate: true,
  expectedMs: 60_000,
  deadlineMs: 900_000,
  prepare: () => {
    throw new Blocked('The platform moves containers, and this version of the tool cannot ask it to: nothing was done. See CHANGELOG.md for what newer versions do.');
  },
  run: async () => undefined,
});
