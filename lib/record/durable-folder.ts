import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Returns when the entries of a folder are on disk. @throws Error of the file system */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * Makes a folder and those above it that are missing, and returns when all that were made are on disk: an entry is on disk only when
 * the folder that holds it is. `mode` is of those that are made; `sync` is for tests.
 *
 * @throws Error of the file system
 */
export function makeFolderDurably(path: string, { mode = 0o777, sync = syncFolder }: { mode?: number; sync?: (folder: string) => void } = {}): void {
  const folder = resolve(path);
  const first = mkdirSync(folder, { recursive: true, mode });
  if (first === undefined) return;
  const above = dirname(resolve(first));
  for (let made = folder; made !== above; made = dirname(made)) sync(dirname(made));
}
