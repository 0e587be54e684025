import { readDescription } from '../record/run-reader.ts';
import { resolveRun } from '../record/run-folder.ts';
import { CommandError, exitCode } from './exit-code.ts';
import { reportsFolder } from './places.ts';

/** What is wrong here is what was named. */
function asUsage<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new CommandError((error as Error).message, exitCode.usage, { cause: error });
  }
}

/**
 * The folder of the run that an argument names.
 *
 * @throws CommandError with exit code 64 when there is no such run.
 */
export function findRun(argument: string): string {
  return asUsage(() => resolveRun(argument, reportsFolder()));
}

/** Holds a folder to what this version reads. @throws CommandError with exit code 64 when its run.json is damaged or of another schema. */
export function mustBeReadable(folder: string): void {
  asUsage(() => readDescription(folder));
}

/**
 * The folder of the run that an argument names, whose run.json this version reads.
 *
 * @throws CommandError with exit code 64 when there is no such run, or its run.json is damaged or of another schema.
 */
export function findReadableRun(argument: string): string {
  const folder = findRun(argument);
  mustBeReadable(folder);
  return folder;
}
