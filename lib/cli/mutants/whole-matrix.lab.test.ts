import { mutant } from './mutant.ts';

mutant({
  row: 'cluster-health',
  what: 'parts are all right: every row once, none fails',
  make: async () => undefined,
  run: ['--profile', 'gate'],
  exitCodes: [0],
  expected: { 'cluster-health.cluster.r1': { verdicts: ['pass'], because: /expectations held/ } },
});
