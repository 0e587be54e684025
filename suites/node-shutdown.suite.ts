import { nodeShutdownFault } from '../lib/faults/shutdown.ts';
import { bringTo } from '../lib/scenario/bring.ts';
import { closedWays, judgeLeftOut, leftOut, movePermission } from '../lib/scenario/closed-ways.ts';
import { followDeparture } from '../lib/scenario/departure.ts';
import { measureOthers } from '../lib/scenario/disks.ts';
import { countInstances } from '../lib/scenario/instances.ts';
import { followReturn } from '../lib/scenario/node-recovery.ts';
import { guestOf, hostOf, roleOf } from '../lib/scenario/places.ts';
import { matrixRow } from '../lib/scenario/row.ts';
import { judgeTour, nextStop, onlyPlace, stopsFrom } from '../lib/scenario/tour.ts';

matrixRow({
  row: 'node-shutdown',
  title: 'Clean shutdown of the node that hosts the guest, until the guest has been through every node',
  per: 'guest',
  needs: ['live-migration'],
  gate: true,
  expectedMs: 180_000,
  // Of each node: the departure and the shutdown go on together, then the undo, the return and the storage's repair.
  deadlineMs: 10_800_000,
  prepare: ({ environment, snapshot, guest }) => {
    const { name } = guestOf(guest);
    const closed = closedWays(snapshot, guestOf(guest));
    const stops = stopsFrom(environment, hostOf(snapshot, guestOf(guest)), closed);
    const faults = stops.map((node) => nodeShutdownFault(environment, node, roleOf(snapshot, node)));
    return {
      target: faults[0]?.target ?? { node: null, role: null, disk: null },
      faults,
      stops,
      closed,
      permissions: [movePermission(guestOf(guest))],
      // Whether guests are moved while they run or stopped and started elsewhere is the platform's policy: it is measured and said.
      mayRestart: snapshot.guests.map((state) => state.name),
      steps: [
        `In an order that follows ${name} (${stops.join(', ')}, as far as the cluster takes it there itself), for every node:`,
        ...leftOut(environment, closed),
        `Bring ${name} there, unless the cluster did`,
        `Shut the node down cleanly; ${name} goes to another node and serves there; the power goes off`,
        'Power the node on again; it rejoins, the storage is redundant again; no guest ever ran twice',
        'What the other guests felt, and the write gaps of all, are measured',
      ],
    };
  },
  run: async (scenario, { faults, stops, closed }) => {
    const guest = guestOf(scenario.guest);
    const begun = scenario.now();
    const left = new Set(stops);
    const seen: (string | null)[] = [];
    for (let place: string | null = null; left.size > 0; ) {
      const node = nextStop(left, place);
      left.delete(node);
      const wasMoved = await scenario.step(`${guest.name} runs on ${node}`, async () => bringTo(scenario, guest, node));
      if (place !== null && !wasMoved) await scenario.gate();
      seen.push(onlyPlace(await scenario.hypervisor.snapshot('membership', { signal: scenario.signal }), guest.name));
      const fault = faults.find(({ target }) => target.node === node);
      if (fault === undefined) throw new Error(`No shutdown of ${node} was prepared.`);
      const instances = countInstances(scenario.environment.guests.map(({ name }) => name), guest.name, node);
      try {
        const { at, to } = await scenario.step(`Shut ${node} down cleanly; ${guest.name} goes to another node and serves there`, async () => followDeparture(scenario, { guest, node, fault, instances }));
        const poweredOn = await scenario.step(`Power ${node} on again`, async () => scenario.mend());
        await scenario.step(`${node} rejoins and the storage is redundant again`, async () => followReturn(scenario, node, { faultAt: at, repairAt: poweredOn, oneOfSeveral: node }, instances));
        place = to;
      } finally {
        const { ok, detail } = instances.verdict();
        scenario.expect(`${node}: no guest ever runs twice`, ok, detail);
      }
    }
    await scenario.step('What the other guests felt, and the write gaps of all, are measured', async () => measureOthers(scenario, guest, begun, scenario.now()));
    await judgeLeftOut(scenario, guest, closed);
    scenario.expect(`${guest.name} has been through every node${closed.size === 0 ? '' : ' that the platform lets it be brought to'}`, ...judgeTour(stops, seen));
  },
});
