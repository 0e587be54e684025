import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/**
 * What stands in a growing file from an offset on. Empty where there is nothing new or the file cannot be read now: who only watches
 * a run must not end it, and finds it the next time. The file is open for this one reading only.
 */
export function readFrom(file: string, offset: number): Buffer {
  let handle: number | null = null;
  try {
    handle = openSync(file, 'r');
    const fresh = Buffer.alloc(Math.max(0, fstatSync(handle).size - offset));
    return fresh.subarray(0, readSync(handle, fresh, 0, fresh.length, offset));
  } catch {
    return Buffer.alloc(0);
  } finally {
    if (handle !== null) closeSync(handle);
  }
}
