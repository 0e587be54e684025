import { fork } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { quoteEnd, scrub } from '../record/scrub.ts';
import { childEnvironment } from './allure/run-node.ts';
import type { Assignment, Written } from './derive-into.ts';
import type { Answer } from './derive-program.ts';

/**
 * A scenario's series and charts are thrown away before the next. Without these V8 lets the heap grow to twice as much before it looks for
 * what is not needed any more (`node --v8-options`): 314 MB against 153 of a record of 1000 scenarios, for a tenth more of the processor's
 * time. None of them is a limit: a bigger record gets what it takes.
 */
const nodeOptions = ['--max-semi-space-size=4', '--heap-growing-percent=20'];

/** The error of the other process as one of ours, with the place where it arose. */
function errorOf({ message, stack }: { message: string; stack: string }): Error {
  const error = new Error(scrub(message));
  error.stack = scrub(stack);
  return error;
}

function settle(outcome: Written | Error | null, otherwise: string): Written {
  if (outcome === null) throw new Error(otherwise);
  if (outcome instanceof Error) throw outcome;
  return outcome;
}

/**
 * Derives verdicts and charts in a process of its own, as `deriveInto` does.
 *
 * @throws Error as there, and when the process was ended before it was done.
 */
export async function deriveApart(assignment: Assignment, onProgress: (line: string) => void): Promise<Written> {
  const child = fork(fileURLToPath(new URL('./derive-program.ts', import.meta.url)), [], { execArgv: nodeOptions, env: childEnvironment(), serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  const said = child.stderr === null ? Promise.resolve('') : text(child.stderr);
  let outcome: Written | Error | null = null;
  child.on('message', (answer: Answer) => {
    if ('progress' in answer) onProgress(answer.progress);
    else outcome = 'written' in answer ? answer.written : errorOf(answer.failed);
  });
  // Behind its end, not behind its answer: only then its memory is free.
  const ended = new Promise<string>((resolve) => {
    child.on('error', ({ message }) => resolve(message));
    child.on('close', (code, signal) => resolve(signal ?? `exit code ${code ?? 'none'}`));
  });
  child.send(assignment);
  const how = await ended;
  return settle(outcome, `The verdicts could not be derived: the process that does it ended with ${how}. Its output: ${quoteEnd((await said).trim(), 2000) || 'none'}. The record is whole; try again with "ha-acceptance report".`);
}
