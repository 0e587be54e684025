import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { writeWhole } from './write-whole.ts';

/**
 * Writes a file so that a reader sees the old content or the new one and never a part: beside it, flushed, renamed.
 *
 * @throws Error of the file system; the old content is then untouched.
 */
export function writeAtomically(path: string, data: string | Uint8Array): void {
  const beside = `${path}.${process.pid}.tmp`;
  try {
    const fd = openSync(beside, 'w');
    try {
      writeWhole(fd, data);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}
