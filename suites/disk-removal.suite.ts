import { diskRemovalFault } from '../lib/faults/disk.ts';
import { diskToRemove, followDegradation, measureGuests } from '../lib/scenario/disks.ts';
import { matrixRow } from '../lib/scenario/row.ts';

matrixRow({
  row: 'disk-removal',
  title: 'A disk is taken out: the storage is degraded and serves; what the guests feel is measured',
  per: 'cluster',
  needs: ['redundant-storage'],
  gate: true,
  expectedMs: 60_000,
  deadlineMs: 900_000,
  prepare: ({ environment, snapshot }) => {
    const place = diskToRemove(environment, snapshot);
    const fault = diskRemovalFault(environment, place.node, place.disk);
    return {
      target: fault.target,
      faults: [fault],
      fault,
      place,
      permissions: [],
      steps: [`Take ${place.disk} out of ${place.node}`, 'The storage notices by itself and serves with fewer copies', 'Lost packets and write gaps of every guest are measured', `Put ${place.disk} back`],
    };
  },
  run: async (scenario, { fault, place }) => {
    const injected = await scenario.step(`Take ${place.disk} out of ${place.node}`, async () => scenario.inject(fault));
    await scenario.step('The storage notices by itself and serves with fewer copies', async () => followDegradation(scenario, place, injected));
    await scenario.step('Lost packets and write gaps of every guest are measured', async () => measureGuests(scenario, injected.at, scenario.now()));
    await scenario.step(`Put ${place.disk} back`, async () => scenario.mend());
  },
});
