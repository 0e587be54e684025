import { InvalidArgumentError } from 'commander';

/** What --limits of `run` and `plan` does. */
export const limitsHelp = 'judge by the limits: block of this file; what it does not name is judged by the environment file';

/** Gathers an option that may be repeated. */
export function collect(value: string, gathered: string[]): string[] {
  return [...gathered, value];
}

/** A whole number from 1 on. */
export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError(`"${text}" is not a whole number from 1 on.`);
  return value;
}
