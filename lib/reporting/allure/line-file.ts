import { closeSync, openSync, readSync, writeSync } from 'node:fs';

const chunkBytes = 2 ** 18;
const newline = 0x0a;

/** A file of lines that is written line by line. */
export interface LineWriter {
  /** @param line without a newline in it. */
  append(line: string): void;
  close(): void;
}

/** Begins such a file, or goes on with it. @throws Error of the file system. */
export function openLines(file: string): LineWriter {
  const fd = openSync(file, 'a');
  return {
    append: (line) => void writeSync(fd, `${line}\n`),
    close: () => closeSync(fd),
  };
}

/** The lines of a file, each read when it is asked for: of a big file, one is held in memory. @throws Error of the file system. */
export function* linesOf(file: string): Generator<string> {
  const chunk = Buffer.alloc(chunkBytes);
  const fd = openSync(file, 'r');
  try {
    /** What was read and not given out; only the last part can have the end of a line in it. */
    let parts: Buffer[] = [];
    for (let got = readSync(fd, chunk); got > 0; got = readSync(fd, chunk)) {
      let rest = Buffer.from(chunk.subarray(0, got));
      for (let end = rest.indexOf(newline); end >= 0; end = rest.indexOf(newline)) {
        yield Buffer.concat([...parts, rest.subarray(0, end)]).toString('utf8');
        [parts, rest] = [[], rest.subarray(end + 1)];
      }
      parts.push(rest);
    }
  } finally {
    closeSync(fd);
  }
}
