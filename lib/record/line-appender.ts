import { openSync, writeSync } from 'node:fs';

/** Appends lines to a file that several processes append to. Never throws after it was opened. */
export interface LineAppender {
  /** Appends one line, whole. False when that failed; the line is lost and `trouble` says why. */
  append(line: string): boolean;
  /** Why lines are missing, null when none is. */
  trouble(): string | null;
}

/**
 * Opens `path` for appending (O_APPEND: lines of several processes do not mix) and creates it when it is absent.
 *
 * @throws Error of the file system when it cannot be opened.
 */
export function openAppender(path: string): LineAppender {
  const fd = openSync(path, 'a', 0o640);
  let firstTrouble: string | null = null;
  let torn = false;
  const append = (line: string): boolean => {
    // What a failed write left of its line must not swallow the next one.
    const bytes = Buffer.from(`${torn ? '\n' : ''}${line}\n`);
    let written = 0;
    try {
      while (written < bytes.length) written += writeSync(fd, bytes, written);
      torn = false;
      return true;
    } catch (error) {
      torn ||= written > 0;
      firstTrouble ??= (error as Error).message;
      return false;
    }
  };
  return { append, trouble: () => firstTrouble };
}
