import { mutant } from './mutant.ts';

const setUri = ['crm_resource', '--resource', 'fence-n3', '--set-parameter', 'systems_uri', '--parameter-value'];

mutant({
  row: 'prerequisites',
  what: 'fencing device of one node does not work',
  make: async (lab) => void (await lab.on('n1', ...setUri, '/redfish/v1/Systems/missing')),
  unmake: async (lab) => {
    await lab.on('n1', ...setUri, '/redfish/v1/Systems/1');
    await lab.on('n1', 'crm_resource', '--cleanup');
  },
  run: ['--suite', 'prerequisites', '--suite', 'node-return'],
  exitCodes: [1],
  expected: {
    'prerequisites.cluster.r1': { verdicts: ['fail'], because: /fence device fence-n3 of n3 answers/ },
    'node-return.cluster.r1': { verdicts: ['blocked'], because: /prerequisites found: .*fence-n3/ },
  },
});
