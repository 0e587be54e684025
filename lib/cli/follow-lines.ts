import { readFrom } from '../record/read-from.ts';

/** Reads what has been appended to a file since the last time. */
export interface LineFollower {
  /** The whole lines that are new, in their order; none while the file does not exist. A line that is still being written waits. */
  read(): string[];
}

const newline = 0x0a;

/** Follows a file of lines from its beginning. */
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
