import { diskRemovalFault } from '../lib/faults/disk.ts';
import { diskToRemove, followDegradation, measureGuests } from '../lib/scenario/disks.ts';
import { followRedundancy } from '../lib/scenario/node-recovery.ts';
import { matrixRow } from '../lib/scenario/row.ts';

matrixRow({
  row: 'disk-return',
  title: 'The disk comes back: full redundancy again; what the guests feel meanwhile is measured',
  per: 'cluster',
  needs: ['redundant-storage'],
  gate: true,
  expectedMs: 75_000,
  deadlineMs: 1_800_000,
  prepare: ({ environment, snapshot }) => {
    const place = diskToRemove(environment, snapshot);
    const fault = diskRemovalFault(environment, place.node, place.disk);
    return {
      target: fault.target,
      faults: [fault],
      fault,
      place,
      permissions: [],
      steps: [`Take ${place.disk} out of ${place.node} and wait until the storage is degraded`, `Put ${place.disk} back`, 'Every copy is back', 'Lost packets and write gaps of every guest meanwhile are measured'],
    };
  },
  run: async (scenario, { fault, place }) => {
    const injected = await scenario.step(`Take ${place.disk} out of ${place.node}`, async () => scenario.inject(fault));
    await scenario.step('The storage is degraded', async () => followDegradation(scenario, place, injected));
    const returned = await scenario.step(`Put ${place.disk} back`, async () => scenario.mend());
    await scenario.step('Every copy is back', async () => followRedundancy(scenario, { faultAt: injected.at, repairAt: returned }));
    await scenario.step('Lost packets and write gaps of every guest meanwhile are measured', async () => measureGuests(scenario, returned, scenario.now()));
  },
});
