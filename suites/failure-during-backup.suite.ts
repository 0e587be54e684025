import { backupUndo } from '../lib/faults/backup.ts';
import { nodePowerFault } from '../lib/faults/power.ts';
import { measureOthers } from '../lib/scenario/disks.ts';
import { followFailover } from '../lib/scenario/failover.ts';
import { injectInTheMiddle } from '../lib/scenario/in-the-middle.ts';
import { countInstances } from '../lib/scenario/instances.ts';
import { followReturn } from '../lib/scenario/node-recovery.ts';
import { guestOf, hostOf, roleOf } from '../lib/scenario/places.ts';
import { matrixRow } from '../lib/scenario/row.ts';

matrixRow({
  row: 'failure-during-backup',
  title: 'Power loss of the node in the middle of a backup of the guest that runs on it',
  per: 'guest',
  needs: ['node-fencing', 'backup'],
  gate: true,
  expectedMs: 100_000,
  // As for node-failure, and the backup's remains are removed at the end.
  deadlineMs: 3_600_000,
  prepare: ({ environment, snapshot, guest }) => {
    const node = hostOf(snapshot, guestOf(guest));
    const fault = nodePowerFault(environment, node, roleOf(snapshot, node));
    return {
      target: fault.target,
      faults: [fault],
      fault,
      permissions: ['backup'],
      steps: [`Begin to back up ${guestOf(guest).name}, and cut the power of ${node} in the middle of it`, 'The cluster starts the guest on another node; it answers and serves', `Power ${node} on again; it rejoins, and the storage is redundant again`, 'What the backup left is removed; no guest ever ran twice', 'What the other guests felt, and the write gaps of all, are measured'],
    };
  },
  run: async (scenario, { fault, steps: [begin = '', failover = '', rejoin = '', remove = '', felt = ''] }) => {
    const guest = guestOf(scenario.guest);
    const node = fault.target.node ?? '';
    await scenario.guard('backup', fault.target, backupUndo(guest));
    const { injected, giveUp } = await scenario.step(begin, async () => injectInTheMiddle(scenario, fault, 'backup', async (signal) => scenario.hypervisor.backUp(guest.name, { signal }), { attempts: 5 }));
    const instances = countInstances(scenario.environment.guests.map(({ name }) => name), guest.name, node);
    try {
      await giveUp();
      await scenario.step(failover, async () => followFailover(scenario, { guest, node, loss: 'power', role: fault.target.role, injected, instances }));
      await scenario.step(rejoin, async () => {
        const repairAt = await scenario.mend(fault.undo);
        await followReturn(scenario, node, { faultAt: injected.at, repairAt }, instances);
      });
      await scenario.step(remove, async () => scenario.mend());
      await scenario.step(felt, async () => measureOthers(scenario, guest, injected.at, scenario.now()));
    } finally {
      const { ok, detail } = instances.verdict();
      scenario.expect('no guest ever runs twice', ok, detail);
    }
  },
});
