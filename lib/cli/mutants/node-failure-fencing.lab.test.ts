import { mutant } from './mutant.ts';

let host = 'n1';

mutant({
  row: 'node-failure',
  what: 'fencing device of the node that hosts the guest does not work',
  // The password is changed where the fencing device reads it; the device's own monitoring looks every five minutes only.
  make: async (lab) => {
    host = await lab.hostOf('web');
    await lab.on('n1', 'crm_resource', '--resource', `fence-${host}`, '--set-parameter', 'systems_uri', '--parameter-value', '/redfish/v1/Systems/missing');
  },
  unmake: async (lab) => {
    await lab.on('n1', 'crm_resource', '--resource', `fence-${host}`, '--set-parameter', 'systems_uri', '--parameter-value', '/redfish/v1/Systems/1');
    await lab.on('n1', 'crm_resource', '--cleanup');
  },
  run: ['--suite', 'cluster-health', '--suite', 'node-failure', '--guest', 'web'],
  exitCodes: [1, 3],
  expected: { 'node-failure.web.worker.r1': { verdicts: ['fail', 'blocked'], because: /fenc/i } },
});
