import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Reads what has been appended to a file since the last time. */
export interface LineFollower {
  /** The whole lines that are new, in their order; none while the file does not exist. A line that is still being written waits. */
  read(): string[];
}

const newline = 0x0a;

/**
 * What stands in a file from an offset on. Empty where there is nothing new or the file cannot be read now: who only watches a run
 * must not end it, and finds it the next time.
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

/** Follows a file of lines from its beginning. It is opened for each reading only, and never locked. */
export function followLines(file: string): LineFollower {
  let offset = 0;
  let rest: Buffer = Buffer.alloc(0);
  return {
    read() {
      const fresh = readFrom(file, offset);
      offset += fresh.length;
      rest = Buffer.concat([rest, fresh]);
      const end = rest.lastIndexOf(newline) + 1;
      const text = rest.subarray(0, end).toString('utf8');
      rest = rest.subarray(end);
      return text.split('\n').slice(0, -1);
    },
  };
}
