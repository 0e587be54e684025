import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { openAppender } from './line-appender.ts';
import { scrub } from './scrub.ts';

/** A log of what another process prints. No secret ever stands in the file, not even for a moment. */
export interface ScrubbedLog {
  /** Appends the lines of a stream as they come. Resolves when it has ended; never rejects. */
  follow(stream: Readable): Promise<void>;
}

/** @throws Error of the file system when the file cannot be opened. */
export function openScrubbedLog(path: string): ScrubbedLog {
  const appender = openAppender(path);
  return {
    follow: async (stream) => {
      stream.on('error', () => undefined);
      const lines = createInterface({ input: stream, crlfDelay: Infinity });
      lines.on('line', (line) => void appender.append(scrub(line)));
      await new Promise<void>((resolve) => void lines.once('close', resolve));
    },
  };
}
