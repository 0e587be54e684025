import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabFailedError, LabImpossibleError } from '../lab/errors.ts';
import { clientCommandPrefix, labClientEnvironment } from '../lab/host/client.ts';
import { labDown } from '../lab/host/down.ts';
import { labStatus } from '../lab/host/status.ts';
import { labUp } from '../lab/host/up.ts';
import { findWorld } from '../lab/host/world-record.ts';
import type { WorldRecord } from '../lab/world/options.ts';
import { CommandError, exitCode } from './exit-code.ts';
import { holdLifeline } from './lifeline.ts';
import { say } from './say.ts';

/** Name of the environment whose cluster is the embedded lab. */
export const labEnvironmentName = 'lab';
const insideVariable = 'HA_ACCEPTANCE_INSIDE_LAB';

export interface EnterOptions {
  /** Start a lab when none is up; it ends with this process unless `keepLab`. */
  startLab: boolean;
  keepLab: boolean;
}

/** Inside the lab: ends this process as a hang-up would when the process outside is gone, since nobody would end it then. */
export function followOuterProcess(): void {
  if (process.env[insideVariable] !== undefined) holdLifeline();
}

/** Whether no lab is up. Inside one the answer is known without looking. */
export function labIsDown(): boolean {
  return process.env[insideVariable] === undefined && findWorld() === null;
}

async function startWorld(keepLab: boolean, signal: AbortSignal): Promise<WorldRecord> {
  try {
    return await labUp({ lifeline: !keepLab, onProgress: (line) => say(`lab: ${line}`), signal });
  } catch (error) {
    if (signal.aborted) throw new CommandError('Interrupted while the lab was starting; nothing of it is left.', exitCode.interrupted);
    if (error instanceof LabImpossibleError) throw new CommandError(error.message, exitCode.impossible);
    if (error instanceof LabFailedError) throw new CommandError(error.message, exitCode.internal);
    throw error;
  }
}

const pollMs = 500;

/** Waits while somebody else's lab is still starting. One that is degraded is taken as it is: mending it may be why we came. */
async function untilStarted(): Promise<void> {
  for (let told = false; (await labStatus()).state === 'starting'; told = true) {
    if (!told) say('lab: it is still starting ...');
    await sleep(pollMs);
  }
}

/** Runs this very command again inside the lab's namespaces and answers with its exit code. */
async function againInside(world: WorldRecord, interruption: AbortController): Promise<number> {
  const [command = 'nsenter', ...prefix] = clientCommandPrefix(world);
  const child = spawn(command, [...prefix, process.execPath, ...process.execArgv, ...process.argv.slice(1)], {
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
    env: { ...process.env, ...(await labClientEnvironment(world)), [insideVariable]: '1' },
  });
  if (interruption.signal.aborted) child.kill(interruption.signal.reason as NodeJS.Signals);
  // A terminal delivers its signals to the whole group by itself; the receiver takes two within a moment for one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']));
  });
}

/**
 * The lab is reached from its own client network only. For its environment this runs the same command again inside the
 * lab's namespaces and answers with its exit code; for every other environment, and inside, it answers null: go on.
 */
export async function enterLab(environmentName: string, { startLab, keepLab }: EnterOptions): Promise<number | null> {
  if (environmentName !== labEnvironmentName || process.env[insideVariable] !== undefined) return null;
  const running = findWorld();
  if (running !== null) await untilStarted();
  if (running === null && !startLab) {
    throw new CommandError('The lab is down, so there is nothing to reach. Start it with "npx --no ha-acceptance lab up".', exitCode.refused);
  }
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => interruption.abort(signal));
  const world = running ?? (await startWorld(keepLab, interruption.signal));
  try {
    return await againInside(world, interruption);
  } finally {
    if (running === null && !keepLab) await labDown();
  }
}
