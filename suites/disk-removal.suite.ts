import { loseDisk, measureGuests, prepareDiskLoss } from '../lib/scenario/disks.ts';
import { followRedundancy } from '../lib/scenario/node-recovery.ts';
import { matrixRow } from '../lib/scenario/row.ts';

matrixRow({
  row: 'disk-removal',
  title: 'A disk is taken out: the storage is degraded and serves; what the guests feel is measured',
  per: 'cluster',
  needs: ['redundant-storage'],
  gate: true,
  expectedMs: 75_000,
  // Noticing, serving, the undo and the storage's repair, each as long as it is waited for.
  deadlineMs: 1_800_000,
  prepare: (ground) =>
    prepareDiskLoss(ground, ({ node, disk }) => [`Take ${disk} out of ${node}`, 'The storage notices by itself and serves with fewer copies', 'Lost packets and write gaps of every guest are measured', `Put ${disk} back`, 'Every copy is back']),
  run: async (scenario, loss) => {
    const injected = await loseDisk(scenario, loss);
    await scenario.step('Lost packets and write gaps of every guest are measured', async () => measureGuests(scenario, injected.at, scenario.now()));
    const returned = await scenario.step(`Put ${loss.place.disk} back`, async () => scenario.mend());
    await scenario.step('Every copy is back', async () => followRedundancy(scenario, { faultAt: injected.at, repairAt: returned }));
  },
});
