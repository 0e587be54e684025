import { matrixRow } from '../lib/scenario/row.ts';
import { judgeAccess } from '../lib/scenario/service-access.ts';

matrixRow({
  row: 'service-access',
  title: 'A client reaches the services by name: the name is resolved by the guest that serves DNS, the page is the expected one',
  per: 'cluster',
  needs: [],
  gate: false,
  expectedMs: 15_000,
  deadlineMs: 120_000,
  prepare: () => ({
    target: { node: null, role: null, disk: null },
    faults: [],
    permissions: [],
    steps: ['Ask every service of every guest as its users do, ten times a second for ten seconds', 'Each must answer as expected; the longest time without a good answer is measured'],
  }),
  run: async (scenario) => scenario.step('Every service answers as expected, all the time', async () => judgeAccess(scenario)),
});
