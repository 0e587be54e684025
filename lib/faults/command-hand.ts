import { quoteEnd, scrub } from '../record/scrub.ts';
import type { HandLog } from './hand-log.ts';
import { spawnHand } from './spawn-hand.ts';

/** How long an operator's command may take, ms. */
export const commandTimeoutMs = 60_000;
/** After the command has ended, how long we wait for the rest of its output: a child of its own may hold the pipe for ever, ms. */
const restOfOutputMs = 500;
/** What is kept of the output, characters. */
const keptOutput = 64 * 1024;
/** What is quoted of it in an error, lines and characters; less than is kept, so that the cut end of what is kept, which may divide a secret, is never quoted. */
const quotedLines = 5;
const quotedCharacters = 8 * 1024;

/** How a command ended, with what is kept of its output. */
export interface Ended {
  code: number | null;
  signalName: string | null;
  output: string;
  errors: string;
}

function lastLines(text: string): string {
  return quoteEnd(text.trim().split('\n').slice(-quotedLines).join('\n').trim(), quotedCharacters);
}

/** Runs the words in a process group of their own, so that all of it can be ended. */
async function run(argv: readonly string[], shown: string, signal: AbortSignal, log?: HandLog, input?: string): Promise<Ended> {
  const { child, ended } = spawnHand(argv, shown, log, input);
  return new Promise<Ended>((resolve, reject) => {
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-keptOutput)));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-keptOutput)));
    const onAbort = (): void => {
      // The child is ours and not reaped yet, so its id cannot be anybody else's.
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL');
    };
    signal.addEventListener('abort', onAbort, { once: true });
    const finish = (action: () => void): void => {
      signal.removeEventListener('abort', onAbort);
      child.stdout.destroy();
      child.stderr.destroy();
      action();
    };
    child.once('error', (error) => finish(() => reject(error)));
    child.once('exit', (code, signalName) => {
      ended();
      const done = (): void => finish(() => resolve({ code, signalName, output, errors }));
      const timer = setTimeout(done, restOfOutputMs);
      child.once('close', () => {
        clearTimeout(timer);
        done();
      });
    });
  });
}

export interface CommandOptions {
  signal: AbortSignal;
  /** Default 60 s. */
  timeoutMs?: number;
  hands?: HandLog | undefined;
  /** What it reads from its standard input; never shown. */
  input?: string;
}

/** The last words of a command, without secrets, for errors. */
export function lastWords({ output, errors }: Ended): string {
  return lastLines(errors) || lastLines(output) || 'it printed nothing';
}

/** What an error says of a command that ended badly. */
export function endedBadly(shown: string, ended: Ended): Error {
  return new Error(`The command "${shown}" ended with ${ended.code === null ? `signal ${ended.signalName ?? ''}` : `status ${ended.code}`}: ${lastWords(ended)}`);
}

/**
 * Runs a command to its end, whatever its status. No shell reads its words. With `hands` its process is put on record before it
 * begins, for who mends when we are gone.
 *
 * @throws Error when it cannot be started or does not end in time; then everything that it started is ended and what it did is
 * unknown. When the signal aborts, its reason.
 */
export async function runToEnd(argv: readonly string[], { signal, timeoutMs = commandTimeoutMs, hands, input }: CommandOptions): Promise<Ended> {
  signal.throwIfAborted();
  const shown = scrub(argv.join(' '));
  const deadline = AbortSignal.timeout(timeoutMs);
  let ended: Ended;
  try {
    ended = await run(argv, shown, AbortSignal.any([signal, deadline]), hands, input);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new Error(`The command "${shown}" cannot be started: there is no program "${argv[0] ?? ''}". Correct it in the environment file, or install it.`, { cause: error });
    if (code === 'EACCES') throw new Error(`The command "${shown}" cannot be started: "${argv[0] ?? ''}" may not be executed. Make it executable, or correct it in the environment file.`, { cause: error });
    throw new Error(`The command "${shown}" cannot be started: ${message}.`, { cause: error });
  }
  signal.throwIfAborted();
  if (deadline.aborted && ended.code === null) throw new Error(`The command "${shown}" did not end within ${timeoutMs / 1000} s and was ended; what it did is unknown. Last words: ${lastWords(ended)}`);
  return ended;
}

/**
 * Runs an operator's command from the environment file.
 *
 * @returns its standard output
 * @throws Error as `runToEnd` does, and when its status is not 0
 */
export async function runCommand(argv: readonly string[], options: CommandOptions): Promise<string> {
  const ended = await runToEnd(argv, options);
  if (ended.code !== 0) throw endedBadly(scrub(argv.join(' ')), ended);
  return ended.output;
}

/**
 * Runs a status command whose last word tells the state.
 *
 * @throws Error when it prints anything else, naming what it must print
 */
export async function readStatus<T extends string>(argv: readonly string[], states: readonly T[], options: { signal: AbortSignal; timeoutMs?: number }): Promise<T> {
  const output = await runCommand(argv, options);
  const word = output.trim().split(/\s+/).at(-1)?.toLowerCase() ?? '';
  const state = states.find((candidate) => candidate === word);
  if (state === undefined) throw new Error(`The status command "${scrub(argv.join(' '))}" must end with one of the words ${states.join(', ')}; it printed: ${lastLines(output) || 'nothing'}. Correct it in the environment file.`);
  return state;
}
