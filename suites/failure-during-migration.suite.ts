import { placementUndo } from '../lib/faults/placement.ts';
import { nodePowerFault } from '../lib/faults/power.ts';
import { closedWays } from '../lib/scenario/closed-ways.ts';
import { injectInTheMiddle } from '../lib/scenario/in-the-middle.ts';
import { countInstances } from '../lib/scenario/instances.ts';
import { measureGuests } from '../lib/scenario/disks.ts';
import { followSettling, hadNotArrived, otherEnd } from '../lib/scenario/interrupted-migration.ts';
import { followReturn } from '../lib/scenario/node-recovery.ts';
import { guestOf, hostOf, roleOf } from '../lib/scenario/places.ts';
import { matrixRow } from '../lib/scenario/row.ts';

matrixRow({
  row: 'failure-during-migration',
  title: 'Power loss of a node in the middle of a live migration: of the one that the guest leaves, and of the one that it goes to',
  per: 'guest',
  kind: 'vm',
  variants: ['source', 'target'],
  needs: ['node-fencing', 'live-migration'],
  gate: true,
  expectedMs: 100_000,
  // As for node-failure.
  deadlineMs: 3_000_000,
  prepare: ({ environment, snapshot, guest, variant }) => {
    const from = hostOf(snapshot, guestOf(guest));
    const to = otherEnd(environment, snapshot, from, closedWays(snapshot, guestOf(guest)));
    const node = variant === 'target' ? to : from;
    const fault = nodePowerFault(environment, node, roleOf(snapshot, node));
    return {
      target: fault.target,
      faults: [fault],
      fault,
      to,
      permissions: ['live-migration'],
      expectedNews: [{ kind: 'action-failed', about: guestOf(guest).id, matching: /migrat/i, why: 'the migration is broken off by the power failure' }],
      // The manager may start the guest anew on the node that it was to leave, where the migration failed.
      mayRestart: [guestOf(guest).name],
      steps: [`Begin to migrate ${guestOf(guest).name} from ${from} to ${to}, and cut the power of ${node} in the middle of it`, `The cluster gives the migration up: the guest runs on one node, not ${node}, and serves`, 'What the guests felt is measured', 'Take back what the move left in the configuration', `Power ${node} on again; it rejoins, and the storage is redundant again; no guest ever ran twice`],
    };
  },
  run: async (scenario, { fault, to, steps: [begin = '', settle = '', felt = '', takeBack = '', rejoin = ''] }) => {
    const guest = guestOf(scenario.guest);
    const node = fault.target.node ?? '';
    const move = placementUndo(guest);
    await scenario.guard('live-migration', fault.target, move);
    const { injected, giveUp } = await scenario.step(begin, async () => injectInTheMiddle(scenario, fault, 'migration', async (signal) => scenario.hypervisor.liveMigrate(guest.name, to, { signal })));
    const instances = countInstances(scenario.environment.guests.map(({ name }) => name), guest.name, node);
    try {
      await giveUp();
      await scenario.step(settle, async () => followSettling(scenario, { guest, node, injected, instances }));
      const arrival = hadNotArrived(scenario.integrity.get(guest.name)?.readings() ?? [], injected.at);
      if (node !== to) scenario.expect(`${guest.name} had not arrived when its source lost its power`, arrival.ok, arrival.detail);
      await scenario.step(felt, async () => measureGuests(scenario, injected.at, scenario.now()));
      await scenario.step(takeBack, async () => scenario.mend(move));
      await scenario.step(rejoin, async () => {
        const repairAt = await scenario.mend();
        await followReturn(scenario, node, { faultAt: injected.at, repairAt }, instances);
      });
    } finally {
      const { ok, detail } = instances.verdict();
      scenario.expect('no guest ever runs twice', ok, detail);
    }
  },
});
