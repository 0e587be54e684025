import fs, { readSync, writeSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/** What a process under test is told, as JSON in its last argument. */
export interface Orders {
  environments: string;
  reports: string;
  /** How long a command that was sent may still be at work, ms. */
  settleMs: number;
}

export function readOrders(): Orders {
  return JSON.parse(process.argv.at(-1) ?? '') as Orders;
}

/**
 * Lets the writes of the product be told from those by which Node wakes its own event loop, which come in any number:
 * from now on it writes with writev(2), in one call as before. Nothing else of the product is changed.
 */
export function useCountableWrites(): void {
  const plain = fs.writeSync;
  fs.writeSync = ((fd: number, data: string | Uint8Array, offset?: number) => {
    if (fd <= 2) return plain(fd, data as string);
    const bytes = Buffer.from(data as string).subarray(typeof data === 'string' ? 0 : (offset ?? 0));
    // Of a single buffer libuv would make a write(2).
    return fs.writevSync(fd, [bytes.subarray(0, 1), bytes.subarray(1)]);
  }) as typeof fs.writeSync;
  syncBuiltinESMExports();
}

/** Says that everything is loaded, and stands still, without turning the event loop, until the tracer is attached. */
export function waitForTracer(word: string): void {
  writeSync(1, `${word}\n`);
  readSync(0, Buffer.alloc(1));
}

/** Text that ends the stretch in which a process is killed. */
export const endOfStretch = 'end-of-stretch';

export function endStretch(): void {
  writeSync(1, `${endOfStretch}\n`);
}
