import { scrubValue } from '../record/scrub-value.ts';
import { scrub } from '../record/scrub.ts';

/** Control characters (Unicode category Cc) but line ends and tabs, so that no name of a cluster can steer a terminal. */
const controls = /(?![\n\t])\p{Cc}/gu;

/** Text that may go to a terminal: no secret, no control character. */
export function printable(text: string): string {
  return scrub(text).replace(controls, '\u{FFFD}');
}

let people: NodeJS.WriteStream = process.stdout;

/** Where words for people go: standard output, unless that belongs to a machine. */
export function wordsOut(): NodeJS.WriteStream {
  return people;
}

/** From now on standard output belongs to a machine, and words for people go to standard error. */
export function leaveOutputToMachine(): void {
  people = process.stderr;
}

/** A line for the person who watches. */
export function say(line: string): void {
  people.write(`${printable(line)}\n`);
}

/** A JSON document for a machine: no secret in it. */
export function sayJson(document: unknown): void {
  process.stdout.write(`${JSON.stringify(scrubValue(document), null, 2)}\n`);
}

/** A line about what went wrong. */
export function complain(line: string): void {
  process.stderr.write(`${printable(line)}\n`);
}

/** A reader that went away (a closed pipe or terminal) must not end the process: somebody has to mend. */
export function surviveClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}
