import { placementUndo } from '../lib/faults/placement.ts';
import { moveContainer } from '../lib/scenario/container-move.ts';
import { closedWays, judgeLeftOut, leftOut } from '../lib/scenario/closed-ways.ts';
import { guestOf, hostOf } from '../lib/scenario/places.ts';
import { roundTripOf } from '../lib/scenario/round-trip.ts';
import { matrixRow } from '../lib/scenario/row.ts';

matrixRow({
  row: 'container-migration',
  title: 'A container is stopped, moved and started on another node, and serves again; from every node to every other',
  per: 'guest',
  kind: 'container',
  needs: ['container-migration'],
  gate: true,
  expectedMs: 120_000,
  deadlineMs: 3_600_000,
  prepare: ({ environment, snapshot, guest }) => {
    const { name } = guestOf(guest);
    const home = hostOf(snapshot, guestOf(guest));
    const closed = closedWays(snapshot, guestOf(guest));
    const moves = roundTripOf(environment, home, closed);
    return {
      target: { node: home, role: null, disk: null },
      faults: [],
      permissions: ['container-migration'],
      moves,
      closed,
      // That is how containers are moved.
      mayRestart: [name],
      steps: [...moves.map((move) => `Move ${name} from ${move.from} to ${move.to}: it is stopped there and started here`), ...leftOut(environment, closed), 'Take back what the moves left in the configuration'],
    };
  },
  run: async (scenario, { target, moves, closed }) => {
    const guest = guestOf(scenario.guest);
    await scenario.guard('container-migration', target, placementUndo(guest));
    for (const move of moves) await scenario.step(`Move ${guest.name} from ${move.from} to ${move.to}: it is stopped there and started here`, async () => moveContainer(scenario, guest, move));
    await judgeLeftOut(scenario, guest, closed);
    await scenario.step('Take back what the moves left in the configuration', async () => scenario.mend());
  },
});
