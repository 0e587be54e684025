import { nodePowerFault } from '../lib/faults/power.ts';
import { followFailover } from '../lib/scenario/failover.ts';
import { countInstances } from '../lib/scenario/instances.ts';
import { guestOf, hostOf, roleOf } from '../lib/scenario/places.ts';
import { followReturn } from '../lib/scenario/node-recovery.ts';
import { matrixRow } from '../lib/scenario/row.ts';

matrixRow({
  row: 'node-failure',
  title: 'Power loss of the node that hosts the guest',
  per: 'guest',
  needs: ['node-fencing'],
  gate: true,
  expectedMs: 90_000,
  // The gate, the failover, the undo, the return and the storage's repair may each take as long as it is waited for.
  deadlineMs: 3_000_000,
  prepare: ({ environment, snapshot, guest }) => {
    const node = hostOf(snapshot, guestOf(guest));
    const fault = nodePowerFault(environment, node, roleOf(snapshot, node));
    return {
      target: fault.target,
      faults: [fault],
      fault,
      permissions: [],
      steps: [`Cut the power of ${node}, where ${guestOf(guest).name} runs`, 'The cluster notices, fences and starts the guest on another node; it answers and serves', `Power ${node} on again`, `${node} rejoins and the storage is redundant again; no guest ever ran twice`],
    };
  },
  run: async (scenario, { fault }) => {
    const guest = guestOf(scenario.guest);
    const node = fault.target.node ?? '';
    const injected = await scenario.step(`Cut the power of ${node}, where ${guest.name} runs`, async () => scenario.inject(fault));
    const instances = countInstances(scenario.environment.guests.map(({ name }) => name), guest.name, node);
    try {
      await scenario.step('The cluster notices, fences and starts the guest on another node; it answers and serves', async () => followFailover(scenario, { guest, node, injected, instances }));
      const poweredOn = await scenario.step(`Power ${node} on again`, async () => scenario.mend());
      await scenario.step(`${node} rejoins and the storage is redundant again`, async () => followReturn(scenario, node, { faultAt: injected.at, repairAt: poweredOn }, instances));
    } finally {
      const { ok, detail } = instances.verdict();
      scenario.expect('no guest ever runs twice', ok, detail);
    }
  },
});
