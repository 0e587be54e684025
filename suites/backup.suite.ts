import { backupUndo } from '../lib/faults/backup.ts';
import { backUpGuest, judgeBackup } from '../lib/scenario/backup.ts';
import { guestOf, hostOf } from '../lib/scenario/places.ts';
import { matrixRow } from '../lib/scenario/row.ts';

matrixRow({
  row: 'backup',
  title: 'A backup of the running guest ends OK; what the guests feel meanwhile is measured',
  per: 'guest',
  needs: ['backup'],
  gate: true,
  expectedMs: 30_000,
  deadlineMs: 3_600_000,
  prepare: ({ snapshot, guest }) => ({
    target: { node: hostOf(snapshot, guestOf(guest)), role: null, disk: null },
    faults: [],
    permissions: ['backup'],
    steps: [`Back up ${guestOf(guest).name} while it runs; outages and write gaps of every guest are measured`, 'The task ended OK; the archive is listed, plausible in size and verified', 'Remove the archive'],
  }),
  run: async (scenario, { target }) => {
    const guest = guestOf(scenario.guest);
    await scenario.guard('backup', target, backupUndo(guest));
    const outcome = await scenario.step(`Back up ${guest.name} while it runs`, async () => backUpGuest(scenario, guest));
    await scenario.step('The task ended OK; the archive is listed, plausible in size and verified', async () => judgeBackup(scenario, outcome));
    await scenario.step('Remove the archive', async () => scenario.mend());
  },
});
