import { setTimeout as sleep } from 'node:timers/promises';
import { readFileSync } from 'node:fs';
import { cli, startCli } from '../testing.ts';
import type { CliEnd, RunningCli } from '../testing.ts';
import { childrenOf } from '../testing-processes.ts';
import { labCrashStates } from './crash-states.ts';
import type { LabCrashState, Victim } from './crash-states.ts';
import type { HostileWay } from './hostile-way.ts';
import type { RunWatch } from './run-watch.ts';

/** A run on the lab is killed in one kind of state. */
export interface CrashCase {
  row: LabCrashState['row'];
  state: string;
  victim: Victim;
}

const runArguments: Record<LabCrashState['row'], string[]> = {
  'node-failure': ['--suite', 'node-failure', '--guest', 'web'],
  'disk-removal': ['--suite', 'disk-removal'],
  'live-migration': ['--suite', 'live-migration', '--guest', 'web'],
  backup: ['--suite', 'backup', '--guest', 'web'],
};

/** How long what is left of a run may take to mend and to end, ms: on a busy machine it waits for a whole cluster for longer than 600 s. */
const endMs = 1_500_000;

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** The process inside the lab that conducts the run and mends, and the one that it has started to conduct the scenarios. */
function processesOf(running: RunningCli): { parent: number; child: number } {
  const [parent] = childrenOf(running.pid);
  if (parent === undefined) throw new Error(`The run has no process of its own: ${running.output()}`);
  const child = childrenOf(parent).find((pid) => commandLine(pid).includes('scenario/runner.ts'));
  if (child === undefined) throw new Error(`No process conducts scenarios: ${running.output()}`);
  return { parent, child };
}

function strike(victim: Victim, running: RunningCli): void {
  const { parent, child } = processesOf(running);
  if (victim === 'parent') process.kill(parent, 'SIGKILL');
  if (victim === 'both') process.kill(-running.pid, 'SIGKILL');
  if (victim !== 'parent') process.kill(-child, 'SIGKILL');
}

function isRunning({ pid }: RunningCli): boolean {
  return commandLine(pid) !== '';
}

async function ended(running: RunningCli): Promise<CliEnd | null> {
  return Promise.race([running.ended, sleep(endMs, null, { ref: false })]);
}

function openUndos(watch: RunWatch): number {
  const ids = (op: string): string[] => [...watch.text('journal.jsonl').matchAll(new RegExp(`"op":"${op}","id":"([^"]+)"`, 'g'))].map(([, id = '']) => id);
  const closed = new Set(ids('close'));
  return ids('open').filter((id) => !closed.has(id)).length;
}

/** What the deaths and the restorers were seen to do that they must not. */
async function judgeEnds(victim: Victim, end: CliEnd | null, env: Record<string, string>): Promise<string[]> {
  const problems: string[] = [];
  if (end === null) problems.push(`the run did not end within ${endMs / 1000} s`);
  // The parent mends, reports, and says by its exit code that nothing was proven.
  if (victim === 'child' && (end?.code === 0 || end?.code === 4)) problems.push(`exit code ${end.code} of a run whose child was killed: ${end.out}`);
  const restore = await cli(['restore', '--env', 'lab'], env);
  if (restore.code !== 0) problems.push(`restore ended with ${restore.code}: ${restore.out}`);
  if (victim === 'child' && !restore.out.includes('nothing is open')) problems.push(`the parent left something to restore: ${restore.out}`);
  const again = await cli(['restore', '--env', 'lab'], env);
  if (!again.out.includes('nothing is open')) problems.push(`a second restore found something: ${again.out}`);
  return problems;
}

/** Carries a case out. Returns what is not as it must be, the look at the lab apart. */
export async function crashOnLab({ row, state, victim }: CrashCase, way: HostileWay, watch: RunWatch, env: Record<string, string>): Promise<{ problems: string[]; said: string }> {
  const found = labCrashStates.find((one) => one.row === row && one.state === state);
  if (found === undefined) throw new Error(`There is no state "${state}" of ${row}.`);
  found.prepare?.(way);
  const running = startCli(['run', '--env', 'lab', ...runArguments[row]], { ...env, HA_ACCEPTANCE_ENVIRONMENTS: way.environments });
  try {
    await Promise.race([found.reach(watch, way), running.ended.then(({ out }) => Promise.reject(new Error(`the run ended before it was "${state}": ${out}`)))]);
  } catch (error) {
    if (isRunning(running)) process.kill(running.pid, 'SIGTERM');
    await ended(running);
    return { problems: [(error as Error).message], said: 'the state was not reached' };
  }
  strike(victim, running);
  const open = openUndos(watch);
  if (found.afterwards === undefined) {
    for (const { bmc } of way.nodes) bmc.setFault('none');
    way.releaseHands();
  } else await found.afterwards(way);
  const end = await ended(running);
  if (end === null) {
    // What goes on would fail every case behind this one: it is asked to mend and to end.
    process.kill(running.pid, 'SIGTERM');
    await ended(running);
  }
  const missed = open === found.open ? [] : [`${open} undo(s) were open at the blow, not ${found.open}`];
  const said = end === null ? 'no end' : end.code === null ? `ended by ${end.signal ?? 'nobody'}` : `exit code ${end.code}`;
  return { problems: [...missed, ...(await judgeEnds(victim, end, env))], said };
}
