/** For tests: runs the real command line as a person would, in a process group of its own. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from './places.ts';

export interface CliEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Both streams, as they came. */
  out: string;
  /** Standard output alone. */
  printed: string;
}

export interface RunningCli {
  pid: number;
  /** Everything printed so far, both streams. */
  output(): string;
  ended: Promise<CliEnd>;
}

/** Starts `ha-acceptance` with these arguments, behind the words of `prefix`. */
export function startCli(args: string[], env: Record<string, string> = {}, prefix: readonly string[] = []): RunningCli {
  const [program = process.execPath, ...words] = [...prefix, ...(prefix.length === 0 ? [] : [process.execPath])];
  const child = spawn(program, [...words, join(projectRoot, 'lib/cli/ha-acceptance.mjs'), ...args], { env: { ...process.env, CI: 'true', ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let out = '';
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString('utf8')));
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (out += chunk.toString('utf8')));
  const ended = new Promise<CliEnd>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, out, printed }));
  });
  return { pid: child.pid ?? 0, output: () => out, ended };
}

/** Kills a command with everything that it has started and that did not leave its group, as when its machine is gone: nobody mends. */
export async function killWhole({ pid, ended }: RunningCli): Promise<void> {
  process.kill(-pid, 'SIGKILL');
  await ended;
}

/** Runs it to its end. */
export async function cli(args: string[], env: Record<string, string> = {}): Promise<CliEnd> {
  return startCli(args, env).ended;
}
