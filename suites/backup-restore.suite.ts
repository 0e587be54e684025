import { backupUndo } from '../lib/faults/backup.ts';
import { scratchUndo } from '../lib/faults/scratch.ts';
import { backUpGuest, judgeBackup } from '../lib/scenario/backup.ts';
import { guestOf, hostOf } from '../lib/scenario/places.ts';
import { judgeScratch, lastWrite, restoreAsScratch } from '../lib/scenario/restore.ts';
import { matrixRow } from '../lib/scenario/row.ts';

matrixRow({
  row: 'backup-restore',
  title: 'A backup is restored beside its original, on an isolated network: it boots, and holds what was backed up',
  per: 'guest',
  needs: ['backup', 'backup-restore'],
  gate: true,
  expectedMs: 60_000,
  // The backup, the restoration and the boot of the restored guest, each as long as it is waited for.
  deadlineMs: 9_000_000,
  prepare: ({ snapshot, guest }) => ({
    target: { node: hostOf(snapshot, guestOf(guest)), role: null, disk: null },
    faults: [],
    permissions: ['backup', 'backup-restore'],
    steps: [
      `Back up ${guestOf(guest).name} while it runs and writes`,
      'Restore the backup as a scratch guest on an isolated network, where it meets nobody; its disks hold what the archive holds',
      'It boots, and finds on its disk what was acknowledged before the backup, and nothing from after it',
      'Remove the scratch guest, its disks and network, and the archive',
    ],
  }),
  run: async (scenario, { target, steps: [backUp = '', restore = '', boot = '', remove = ''] }) => {
    const guest = guestOf(scenario.guest);
    await scenario.guard('backup', target, backupUndo(guest));
    await scenario.guard('backup-restore', target, scratchUndo(guest));
    const before = await lastWrite(scenario, guest);
    const backup = await scenario.step(backUp, async () => backUpGuest(scenario, guest));
    judgeBackup(scenario, backup);
    const after = await lastWrite(scenario, guest);
    await scenario.step(restore, async () => restoreAsScratch(scenario, guest, backup));
    const boots = [...new Set(scenario.integrity.get(guest.name)?.readings().map((reading) => reading.boot))];
    await scenario.step(boot, async () => judgeScratch(scenario, guest, before === null || after === null ? null : { before, after, boots }));
    await scenario.step(remove, async () => scenario.mend());
  },
});
