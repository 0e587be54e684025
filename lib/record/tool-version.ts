import { readFileSync } from 'node:fs';

/** Read when the program starts: a later version that is installed under a process that goes on is not the one that works in it. */
const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { name: string; version: string };

/** Name and version of this tool, from package.json. */
export function toolVersion(): string {
  return `${manifest.name} ${manifest.version}`;
}
