import { mutant } from './mutant.ts';

/** Waits until a node is offline and then until none is, and starts the guest anew: what a careless hook does on a node's return. */
const hook = 'until crm_mon -1 | grep -q OFFLINE; do sleep 0.5; done; while crm_mon -1 | grep -q OFFLINE; do sleep 0.5; done; virsh destroy web';

mutant({
  row: 'node-return',
  what: 'guest is killed when a lost node comes back',
  make: async (lab) => {
    const host = await lab.hostOf('web');
    await lab.keepDoing(host, hook);
  },
  run: ['--suite', 'node-return'],
  exitCodes: [1],
  expected: { 'node-return.cluster.r1': { verdicts: ['fail'], because: /web|outage/i } },
});
