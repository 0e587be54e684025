import { nodePowerFault } from '../lib/faults/power.ts';
import { measureGuests } from '../lib/scenario/disks.ts';
import { countInstances } from '../lib/scenario/instances.ts';
import { followReturn } from '../lib/scenario/node-recovery.ts';
import { roleOf } from '../lib/scenario/places.ts';
import { matrixRow } from '../lib/scenario/row.ts';
import { judgeRoles, judgeUndisturbed, nodeToReturn, settleWithout, whereabouts } from '../lib/scenario/without-node.ts';

matrixRow({
  row: 'node-return',
  title: 'A node comes back: it rejoins, the storage is redundant again, roles settle, the guests are not disturbed by it',
  per: 'cluster',
  needs: ['node-fencing'],
  gate: true,
  expectedMs: 70_000,
  deadlineMs: 3_000_000,
  prepare: ({ environment, snapshot }) => {
    const node = nodeToReturn(environment, snapshot);
    const fault = nodePowerFault(environment, node, roleOf(snapshot, node));
    return {
      target: fault.target,
      faults: [fault],
      fault,
      permissions: [],
      steps: [`Cut the power of ${node} and wait until the cluster has come to terms with it`, `Power ${node} on again`, `${node} rejoins and the storage is redundant again`, 'Every node has its role; no guest was started anew; what the guests felt of the return is measured'],
    };
  },
  run: async (scenario, { fault }) => {
    const node = fault.target.node ?? '';
    const names = scenario.environment.guests.map(({ name }) => name);
    const injected = await scenario.step(`Cut the power of ${node}`, async () => scenario.inject(fault));
    const before = await scenario.step(`The cluster comes to terms with the loss of ${node}`, async () => {
      await settleWithout(scenario, node);
      return whereabouts(scenario);
    });
    const instances = countInstances(names, names[0] ?? '', node);
    try {
      const poweredOn = await scenario.step(`Power ${node} on again`, async () => scenario.mend());
      await scenario.step(`${node} rejoins and the storage is redundant again`, async () => followReturn(scenario, node, { faultAt: injected.at, repairAt: poweredOn }, instances));
      await scenario.step('Roles are settled, and the guests were not disturbed', async () => {
        judgeRoles(scenario, await scenario.hypervisor.snapshot('membership', { signal: scenario.signal }));
        judgeUndisturbed(scenario, before, await whereabouts(scenario));
        await measureGuests(scenario, poweredOn, scenario.now());
      });
    } finally {
      const { ok, detail } = instances.verdict();
      scenario.expect('no guest ever runs twice', ok, detail);
    }
  },
});
