import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Verdicts } from '../../record/types.ts';
import { startCli } from '../testing.ts';
import type { HostileWay } from './hostile-way.ts';
import { pathFaults } from './path-faults.ts';
import type { RunWatch } from './run-watch.ts';
import type { LabState } from './whole-lab.ts';

/** A whole run with something on its way. */
export interface PathCase {
  what: string;
}

/** How long a run may take that meets trouble, ms. */
const runMs = 900_000;

/** The guest that runs on the node of the first endpoint. */
function guestOnFirst({ environment, snapshot }: LabState): string {
  const node = environment.endpoints[0]?.node;
  const guest = snapshot.guests.find(({ runningOn }) => runningOn.length === 1 && runningOn[0] === node);
  if (guest === undefined) throw new Error(`No guest runs on ${node ?? 'the first endpoint'}.`);
  return guest.name;
}

function verdictsOf(folder: string | null): string[] {
  const file = folder === null ? '' : join(folder, 'verdicts.json');
  if (!existsSync(file)) return [];
  return (JSON.parse(readFileSync(file, 'utf8')) as Verdicts).scenarios.map(({ id, verdict, reason }) => `${id}: ${verdict}${reason === null ? '' : ` (${reason.slice(0, 200)})`}`);
}

/** Carries a case out. Returns what is not as it must be, the look at the lab apart, and what the run said. */
export async function runOnHostilePath({ what }: PathCase, way: HostileWay, watch: RunWatch, env: Record<string, string>, before: LabState): Promise<{ problems: string[]; said: string }> {
  const fault = pathFaults.find((one) => one.what === what);
  if (fault === undefined) throw new Error(`There is no fault "${what}".`);
  const words = fault.run.map((word) => (word === '@first' ? guestOnFirst(before) : word));
  const running = startCli(['run', '--env', 'lab', ...words], { ...env, HA_ACCEPTANCE_ENVIRONMENTS: way.environments });
  const missed = await fault.befall(way, watch, running.ended).then(() => [], (error: Error) => [`the way was not spoiled at its moment: ${error.message}`]);
  const end = await Promise.race([running.ended, sleep(runMs, null, { ref: false })]);
  if (end === null) {
    process.kill(running.pid, 'SIGTERM');
    await running.ended;
    return { problems: [`the run did not end within ${runMs / 1000} s`], said: 'no end' };
  }
  const problems = [
    ...missed,
    ...(end.code === 0 && !fault.mayPass ? ['a false pass'] : []),
    ...(end.code === 1 ? ['a false fail: nothing but the way of the harness was spoiled, and the cluster is blamed'] : []),
    ...(end.code === 4 ? [`it could not mend, though the way was healed: ${end.out.slice(-1500)}`] : []),
    ...(end.code === 70 || end.code === null ? [`an internal error: ${end.out.slice(-1500)}`] : []),
  ];
  return { problems, said: `${end.code}; ${verdictsOf(watch.folder()).join('; ')}` };
}
