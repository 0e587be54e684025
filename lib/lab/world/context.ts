import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { WorldOptions } from './options.ts';

/** What the parts of a world share. */
export interface WorldContext {
  options: WorldOptions;
  /** Folder in memory that vanishes with the world: nodes' roots, disks, secrets. */
  run: string;
  log: (line: string) => void;
}

/** Folder of one node in the world's memory. */
export function nodeFolder(context: WorldContext, node: string): string {
  return join(context.run, node);
}

/** Folder of one node's logs on the host's disk. */
export function nodeLogs(context: WorldContext, node: string): string {
  const folder = join(context.options.logs, node);
  mkdirSync(folder, { recursive: true });
  return folder;
}
