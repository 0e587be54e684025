/**
 * A process of its own: derives verdicts and charts from a record. What takes memory for it is free again when it has ended. It is told
 * what to do, and answers, over its channel to the process that started it (derive-process.ts).
 */
import { deriveInto } from './derive-into.ts';
import type { Assignment, Written } from './derive-into.ts';

/** What it answers with: any number of lines of progress, then one of the others. */
export type Answer = { progress: string } | { written: Written } | { failed: { message: string; stack: string } };

function answer(what: Answer, then: () => void = () => undefined): void {
  process.send?.(what, then);
}

const parent = process.ppid;

// A terminal sends its signals to all of its processes: whether this work goes on is decided by the one that waits for it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

/** Nobody waits for this any more, and the next one may be at work in the same folder. */
function endWithParent(): void {
  if (process.ppid !== parent) process.exit(1);
}

function work(assignment: Assignment): Answer {
  try {
    return { written: deriveInto(assignment, { onProgress: (progress) => answer({ progress }), onScenario: endWithParent }) };
  } catch (error) {
    const { message, stack = message } = error as Error;
    return { failed: { message, stack } };
  }
}

// A big answer is on its way for a while: the channel is closed behind it.
process.once('message', (assignment: Assignment) => answer(work(assignment), () => process.disconnect()));
