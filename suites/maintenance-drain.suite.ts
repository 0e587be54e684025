import { drainFault } from '../lib/faults/drain.ts';
import { followDeparture } from '../lib/scenario/departure.ts';
import { measureGuests } from '../lib/scenario/disks.ts';
import { requireEmpty } from '../lib/scenario/empty-node.ts';
import { countInstances } from '../lib/scenario/instances.ts';
import { guestOf, hostOf, roleOf } from '../lib/scenario/places.ts';
import { matrixRow } from '../lib/scenario/row.ts';

matrixRow({
  row: 'maintenance-drain',
  title: 'Maintenance drain of the node that hosts the guest: it moves away while it runs, and the node is taken back',
  per: 'guest',
  kind: 'vm',
  needs: ['drain', 'live-migration'],
  gate: true,
  expectedMs: 40_000,
  deadlineMs: 1_500_000,
  prepare: ({ environment, snapshot, guest }) => {
    const node = hostOf(snapshot, guestOf(guest));
    const fault = drainFault(environment, node, roleOf(snapshot, node));
    const { name } = guestOf(guest);
    return {
      target: fault.target,
      faults: [fault],
      fault,
      permissions: ['live-migration'],
      steps: [`Drain ${node}, where ${name} runs`, `${name} moves to another node while it runs, and serves there; nothing else is left on ${node}`, `Take ${node} back into service`, 'What every guest felt of all that is measured; no guest ever ran twice'],
    };
  },
  run: async (scenario, { fault }) => {
    const guest = guestOf(scenario.guest);
    const node = fault.target.node ?? '';
    const instances = countInstances(scenario.environment.guests.map(({ name }) => name), guest.name, node);
    try {
      const { at } = await scenario.step(`Drain ${node}; ${guest.name} moves to another node while it runs`, async () => followDeparture(scenario, { guest, node, fault, instances }));
      await scenario.step(`Nothing runs on ${node} any more`, async () => requireEmpty(scenario, node));
      await scenario.step(`Take ${node} back into service`, async () => scenario.mend());
      await scenario.step('What every guest felt of all that is measured', async () => measureGuests(scenario, at, scenario.now()));
    } finally {
      const { ok, detail } = instances.verdict();
      scenario.expect('no guest ever runs twice', ok, detail);
    }
  },
});
