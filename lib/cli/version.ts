import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './places.ts';

/** Name and version of this tool, from package.json. */
export function toolVersion(): string {
  const manifest = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { name: string; version: string };
  return `${manifest.name} ${manifest.version}`;
}
