import { loseDisk, measureGuests, prepareDiskLoss } from '../lib/scenario/disks.ts';
import { followRedundancy } from '../lib/scenario/node-recovery.ts';
import { atLeastMs, followRetirement, tellRetirement } from '../lib/scenario/retirement.ts';
import { matrixRow } from '../lib/scenario/row.ts';

matrixRow({
  row: 'disk-removal',
  title: 'A disk is taken out: the storage is degraded and serves; what the guests feel is measured',
  per: 'cluster',
  needs: ['redundant-storage'],
  gate: true,
  expectedMs: 75_000,
  // Noticing, serving, giving the disk up and making its copies anew where that is waited for, the undo and the storage's repair, each as long as it is waited for.
  deadlineMs: 5_400_000,
  prepare: (ground) => {
    const isAwaited = ground.capabilities.has('disk-retirement');
    const loss = prepareDiskLoss(ground, ({ node, disk }) => [`Take ${disk} out of ${node}`, 'The storage notices by itself and serves with fewer copies', ...(isAwaited ? [`The storage gives ${disk} up by itself and makes its copies anew in the room of the others`] : []), 'Lost packets and write gaps of every guest are measured', `Put ${disk} back`, 'Every copy is back']);
    return { ...loss, isAwaited, ...(isAwaited ? { atLeastMs } : {}) };
  },
  run: async (scenario, { isAwaited, ...loss }) => {
    const injected = await loseDisk(scenario, loss);
    if (isAwaited) await scenario.step(`The storage gives ${loss.place.disk} up by itself and makes its copies anew in the room of the others`, async () => followRetirement(scenario, loss.place, injected));
    else await tellRetirement(scenario);
    await scenario.step('Lost packets and write gaps of every guest are measured', async () => measureGuests(scenario, injected.at, scenario.now()));
    const returned = await scenario.step(`Put ${loss.place.disk} back`, async () => scenario.mend());
    await scenario.step('Every copy is back', async () => followRedundancy(scenario, { faultAt: injected.at, repairAt: returned, notYet: scenario.keepMended() }));
  },
});
