import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { LabFailedError } from '../errors.ts';
import { labNode } from '../topology.ts';
import type { WorldRecord } from '../world/options.ts';
import { clientCommandPrefix, labClientEnvironment } from './client.ts';
import { askWorld } from './control-client.ts';
import { findWorld } from './world-record.ts';

/** The words that lead from the host into all namespaces of a node: into the world first, whose pids the supervisor knows. */
async function nodeCommandPrefix(world: WorldRecord, name: string): Promise<string[]> {
  const { name: node } = labNode(name);
  const pid = (await askWorld<Record<string, number | null>>(world, '/nodes'))[node];
  if (pid === null || pid === undefined) throw new LabFailedError(`Node ${node} of the lab is powered off. Its BMC switches it on.`);
  return ['nsenter', '-t', String(world.pid), '-m', '-p', '-n', '--', 'nsenter', '-t', String(pid), '-a', '--'];
}

/** Runs a command in the lab (where the harness would be, or on a node) with this terminal, and returns its exit code. */
export async function labExec(options: { node?: string | undefined; argv: readonly string[] }): Promise<number> {
  const world = findWorld();
  if (world === null) throw new LabFailedError('The lab is not up. Start it with "ha-acceptance lab up".');
  const prefix = options.node === undefined ? clientCommandPrefix(world) : await nodeCommandPrefix(world, options.node);
  const added = options.node === undefined ? await labClientEnvironment(world) : { PATH: '/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root' };
  const [command = 'nsenter', ...rest] = [...prefix, ...options.argv];
  const child = spawn(command, rest, { stdio: 'inherit', env: { ...process.env, ...added } });
  const passOn = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.on('SIGTERM', passOn);
  process.on('SIGINT', () => undefined); // a terminal sends it to the child as well
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}
