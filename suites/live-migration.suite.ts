import { placementUndo } from '../lib/faults/placement.ts';
import { measureWrites } from '../lib/scenario/disks.ts';
import { migrate } from '../lib/scenario/migration.ts';
import { closedWays, judgeLeftOut, leftOut } from '../lib/scenario/closed-ways.ts';
import { guestOf, hostOf } from '../lib/scenario/places.ts';
import { roundTripOf } from '../lib/scenario/round-trip.ts';
import { matrixRow } from '../lib/scenario/row.ts';

matrixRow({
  row: 'live-migration',
  title: 'Live migration under continuous ping, from every node to every other',
  per: 'guest',
  kind: 'vm',
  needs: ['live-migration'],
  gate: true,
  expectedMs: 60_000,
  deadlineMs: 900_000,
  prepare: ({ environment, snapshot, guest }) => {
    const home = hostOf(snapshot, guestOf(guest));
    const closed = closedWays(snapshot, guestOf(guest));
    const moves = roundTripOf(environment, home, closed);
    return {
      target: { node: home, role: null, disk: null },
      faults: [],
      permissions: ['live-migration'],
      moves,
      closed,
      steps: [...moves.map((move) => `Migrate ${guestOf(guest).name} from ${move.from} to ${move.to} while it runs`), ...leftOut(environment, closed), 'Take back what the moves left in the configuration', 'The write gaps of all guests are measured'],
    };
  },
  run: async (scenario, { target, moves, closed }) => {
    const guest = guestOf(scenario.guest);
    const begun = scenario.now();
    await scenario.guard('live-migration', target, placementUndo(guest));
    for (const move of moves) await scenario.step(`Migrate ${guest.name} from ${move.from} to ${move.to} while it runs`, async () => migrate(scenario, guest, move));
    await judgeLeftOut(scenario, guest, closed);
    await scenario.step('Take back what the moves left in the configuration', async () => scenario.mend());
    await scenario.step('The write gaps of all guests are measured', async () => measureWrites(scenario, begun, scenario.now()));
  },
});
