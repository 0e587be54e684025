import { writeSync } from 'node:fs';

/**
 * Writes all of it. A file system that becomes full takes a part of the bytes and calls that a success: only the next
 * attempt fails.
 *
 * @throws Error of the file system; a part may then have been written.
 */
export function writeWhole(handle: number, data: string | Uint8Array): void {
  const bytes = typeof data === 'string' ? Buffer.from(data) : data;
  for (let written = 0; written < bytes.length;) written += writeSync(handle, bytes, written);
}
