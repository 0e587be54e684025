import { resolveRun } from '../record/run-folder.ts';
import { CommandError, exitCode } from './exit-code.ts';
import { reportsFolder } from './places.ts';

/**
 * The folder of the run that an argument names.
 *
 * @throws CommandError with exit code 64 when there is no such run.
 */
export function findRun(argument: string): string {
  try {
    return resolveRun(argument, reportsFolder());
  } catch (error) {
    throw new CommandError((error as Error).message, exitCode.usage);
  }
}
