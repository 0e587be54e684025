import { mutant } from './mutant.ts';

mutant({
  row: 'service-access',
  what: 'page is not the one that is expected',
  make: async () => undefined,
  environment: (yaml) => yaml.replace('expect: "web is serving"', 'expect: "the shop is open"'),
  run: ['--suite', 'service-access'],
  exitCodes: [1],
  expected: { 'service-access.cluster.r1': { verdicts: ['fail'], because: /is served by web/ } },
});
