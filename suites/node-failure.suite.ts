import { nodePowerFault } from '../lib/faults/power.ts';
import { bringTo, nodeOfRole } from '../lib/scenario/bring.ts';
import { closedWays, movePermission } from '../lib/scenario/closed-ways.ts';
import { measureOthers } from '../lib/scenario/disks.ts';
import { followFailover } from '../lib/scenario/failover.ts';
import { countInstances } from '../lib/scenario/instances.ts';
import { guestOf, hostOf, requireRole } from '../lib/scenario/places.ts';
import { followReturn } from '../lib/scenario/node-recovery.ts';
import { matrixRow } from '../lib/scenario/row.ts';

matrixRow({
  row: 'node-failure',
  title: 'Power loss of the node that hosts the guest',
  per: 'guest',
  // When the node that decides dies, the others elect another one before anything else: that is a recovery of its own.
  variants: ['worker', 'coordinator'],
  needs: ['node-fencing'],
  gate: true,
  expectedMs: 90_000,
  // The gate, the failover, the undo, the return and the storage's repair may each take as long as it is waited for.
  deadlineMs: 3_000_000,
  prepare: ({ environment, snapshot, guest, variant }) => {
    const home = hostOf(snapshot, guestOf(guest));
    const role = variant ?? 'worker';
    const node = nodeOfRole(environment, snapshot, home, role, closedWays(snapshot, guestOf(guest)));
    const fault = nodePowerFault(environment, node, role);
    const { name } = guestOf(guest);
    return {
      target: fault.target,
      faults: [fault],
      fault,
      role,
      permissions: node === home ? [] : [movePermission(guestOf(guest))],
      mayRestart: [name],
      steps: [...(node === home ? [] : [`Bring ${name} from ${home} to ${node}, the ${role}, ${guestOf(guest).kind === 'vm' ? 'while it runs' : 'by stopping it there and starting it here'}`]), `Cut the power of ${node}, the ${role}, where ${name} runs`, 'The cluster notices, fences and starts the guest on another node; it answers and serves', `Power ${node} on again`, `${node} rejoins and the storage is redundant again; no guest ever ran twice`, 'What the other guests felt, and the write gaps of all, are measured'],
    };
  },
  run: async (scenario, { fault, role }) => {
    const guest = guestOf(scenario.guest);
    const node = fault.target.node ?? '';
    await scenario.step(`${guest.name} runs on ${node}, the ${role}`, async () => {
      await bringTo(scenario, guest, node);
      await requireRole(scenario, node, role);
    });
    const injected = await scenario.step(`Cut the power of ${node}, where ${guest.name} runs`, async () => scenario.inject(fault));
    const instances = countInstances(scenario.environment.guests.map(({ name }) => name), guest.name, node);
    try {
      await scenario.step('The cluster notices, fences and starts the guest on another node; it answers and serves', async () => followFailover(scenario, { guest, node, loss: 'power', role, injected, instances }));
      const poweredOn = await scenario.step(`Power ${node} on again`, async () => scenario.mend());
      await scenario.step(`${node} rejoins and the storage is redundant again`, async () => followReturn(scenario, node, { faultAt: injected.at, repairAt: poweredOn }, instances));
      await scenario.step('What the other guests felt, and the write gaps of all, are measured', async () => measureOthers(scenario, guest, injected.at, scenario.now()));
    } finally {
      const { ok, detail } = instances.verdict();
      scenario.expect('no guest ever runs twice', ok, detail);
    }
  },
});
