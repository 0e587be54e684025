import { loseDisk, measureGuests, prepareDiskLoss } from '../lib/scenario/disks.ts';
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
  prepare: (ground) =>
    prepareDiskLoss(ground, ({ node, disk }) => [`Take ${disk} out of ${node}`, 'The storage notices by itself and serves with fewer copies', `Put ${disk} back`, 'Every copy is back', 'Lost packets and write gaps of every guest meanwhile are measured']),
  run: async (scenario, loss) => {
    const injected = await loseDisk(scenario, loss);
    const returned = await scenario.step(`Put ${loss.place.disk} back`, async () => scenario.mend());
    await scenario.step('Every copy is back', async () => followRedundancy(scenario, { faultAt: injected.at, repairAt: returned, notYet: scenario.keepMended() }));
    await scenario.step('Lost packets and write gaps of every guest meanwhile are measured', async () => measureGuests(scenario, returned, scenario.now()));
  },
});
