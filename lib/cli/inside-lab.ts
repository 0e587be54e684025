import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { clientCommandPrefix, findWorld, labClientEnvironment, labUp } from '../lab/lab.ts';
import { CommandError, exitCode } from './exit-code.ts';

/** Name of the environment whose cluster is the embedded lab. */
export const labEnvironmentName = 'lab';
const insideVariable = 'HA_ACCEPTANCE_INSIDE_LAB';

export interface EnterOptions {
  /** Start a lab when none is up; it ends with this process unless `keepLab`. */
  startLab: boolean;
  keepLab: boolean;
}

/** Whether no lab is up. Inside one the answer is known without looking. */
export async function labIsDown(): Promise<boolean> {
  return process.env[insideVariable] === undefined && (await findWorld()) === null;
}

/**
 * The lab is reached from its own client network only. For its environment this runs the same command again inside the
 * lab's namespaces and answers with its exit code; for every other environment, and inside, it answers null: go on.
 */
export async function enterLab(environmentName: string, { startLab, keepLab }: EnterOptions): Promise<number | null> {
  if (environmentName !== labEnvironmentName || process.env[insideVariable] !== undefined) return null;
  let world = await findWorld();
  if (world === null && !startLab) {
    throw new CommandError('The lab is down, so there is nothing to reach. Start it with "npx --no ha-acceptance lab up".', exitCode.refused);
  }
  world ??= await labUp({ lifeline: !keepLab, onProgress: (line) => void process.stdout.write(`lab: ${line}\n`), signal: new AbortController().signal });
  const [command = 'nsenter', ...prefix] = clientCommandPrefix(world);
  const child = spawn(command, [...prefix, process.execPath, ...process.execArgv, ...process.argv.slice(1)], {
    stdio: 'inherit',
    env: { ...process.env, ...(await labClientEnvironment(world)), [insideVariable]: '1' },
  });
  // A terminal delivers its signals to the whole group by itself; the receiver takes two within a moment for one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']));
  });
}
