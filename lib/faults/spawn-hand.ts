import { accessSync, constants } from 'node:fs';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { identify } from '../record/process-identity.ts';
import { handVariable } from './hand-log.ts';
import type { HandLog } from './hand-log.ts';

/** Begins with the command only when it is told to, and not at all when whoever would tell it is gone. Its process id stays. */
const gate = 'IFS= read -r word <&3 && [ "$word" = go ] || exit 125; exec 3<&-; exec "$@"';
const gateDescriptor = 3;

function isProgram(path: string): NodeJS.ErrnoException | null {
  try {
    accessSync(path, constants.X_OK);
    return null;
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
}

/** Looks a program up as execvp(3) does. Throws the error that starting it would give. */
function requireProgram(program: string, path = process.env['PATH'] ?? ''): void {
  const places = program.includes('/') ? [program] : path.split(delimiter).map((folder) => join(folder, program));
  const errors = places.map(isProgram);
  if (errors.includes(null)) return;
  throw errors.find((error) => error?.code === 'EACCES') ?? Object.assign(new Error(`spawn ${program} ENOENT`), { code: 'ENOENT' });
}

/** A command that does not read its input closes it, or ends: no matter. */
function feed(stdin: Writable, input: string): void {
  stdin.on('error', () => undefined);
  stdin.end(input);
}

/** A hand's process with its output, and the way to note that it has ended. */
export interface HandProcess {
  child: ChildProcess & { stdout: Readable; stderr: Readable };
  ended: () => void;
}

/**
 * Starts the words without a shell reading them, in a process group of its own. With a log, the process is on record before
 * the command begins: one that nobody knows of never does anything. `input` is its standard input, where secrets may stand.
 *
 * @throws Error of the system when there is no such program, or of the log when it cannot be written
 */
export function spawnHand(argv: readonly string[], shown: string, log?: HandLog, input = ''): HandProcess {
  const [program = '', ...rest] = argv;
  if (log === undefined) {
    const child = spawn(program, rest, { detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    feed(child.stdin, input);
    return { child, ended: () => undefined };
  }
  requireProgram(program);
  const child = spawn('/bin/sh', ['-c', gate, 'sh', ...argv], { detached: true, stdio: ['pipe', 'pipe', 'pipe', 'pipe'], env: { ...process.env, [handVariable]: log.id } });
  feed(child.stdin, input);
  const teller = child.stdio[gateDescriptor] as Writable;
  teller.on('error', () => undefined);
  const self = child.pid === undefined ? null : identify(child.pid);
  let ended = (): void => undefined;
  try {
    if (self !== null) ended = log.begin(self, shown);
  } catch (error) {
    if (!log.optional) {
      teller.end();
      child.on('error', () => undefined);
      throw new Error(`it could not be put on record (${(error as Error).message}), so it was not begun`, { cause: error });
    }
  }
  teller.end('go\n');
  return { child, ended };
}
