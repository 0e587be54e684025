import { mutant } from './mutant.ts';
import type { MutantLab } from './mutant.ts';

const nodes = ['n1', 'n2', 'n3'];
const systemsUri = async (lab: MutantLab, uri: string): Promise<void> => {
  for (const node of nodes) await lab.on('n1', 'crm_resource', '--resource', `fence-${node}`, '--set-parameter', 'systems_uri', '--parameter-value', uri);
};

mutant({
  row: 'node-failure',
  what: 'fencing devices do not work',
  // All of them, as the guest may have to be brought to a worker first; the devices' own monitoring looks every five minutes only.
  make: async (lab) => systemsUri(lab, '/redfish/v1/Systems/missing'),
  unmake: async (lab) => {
    await systemsUri(lab, '/redfish/v1/Systems/1');
    await lab.on('n1', 'crm_resource', '--cleanup');
  },
  run: ['--suite', 'cluster-health', '--suite', 'node-failure', '--guest', 'web'],
  exitCodes: [1, 3],
  expected: { 'node-failure.web.worker.r1': { verdicts: ['fail', 'blocked'], because: /fenc/i } },
});
