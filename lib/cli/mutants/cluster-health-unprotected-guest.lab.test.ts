import { mutant } from './mutant.ts';

mutant({
  row: 'cluster-health',
  what: 'HA is switched off for a guest',
  make: async (lab) => void (await lab.on('n1', 'crm_resource', '--resource', 'web', '--meta', '--set-parameter', 'is-managed', '--parameter-value', 'false')),
  unmake: async (lab) => void (await lab.on('n1', 'crm_resource', '--resource', 'web', '--meta', '--delete-parameter', 'is-managed')),
  run: ['--suite', 'cluster-health', '--suite', 'node-failure', '--suite', 'disk-removal', '--guest', 'web'],
  exitCodes: [1],
  expected: {
    'cluster-health.cluster.r1': { verdicts: ['fail'], because: /web is protected by HA/ },
    'node-failure.web.worker.r1': { verdicts: ['blocked'], because: /web is protected by HA/ },
    'disk-removal.cluster.r1': { verdicts: ['blocked'], because: /web is protected by HA/ },
  },
});
