import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, resolve, sep } from 'node:path';

/**
 * Path of a file that a record names relative to its folder; the file need not be there. A report shows what stands in it to others than
 * those who may read this machine's files.
 *
 * @throws Error when it lies outside of the folder, by its name or by a link, or is no file.
 */
export function fileWithin(folder: string, relative: string): string {
  const path = resolve(folder, relative);
  const refuse = (what: string): Error => new Error(`The record of run ${basename(folder)} names the file "${relative}", which ${what}. It was tampered with: do not trust it.`);
  if (!path.startsWith(`${folder}${sep}`)) throw refuse('lies outside of it');
  if (!existsSync(path)) return path;
  if (!realpathSync(path).startsWith(`${realpathSync(folder)}${sep}`)) throw refuse('is a link to outside of it');
  // What is read from a pipe or a device never ends.
  if (!statSync(path).isFile()) throw refuse('is no file');
  return path;
}
