import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 5;

/** Waits until something holds. @throws Error naming it when it does not in time */
export async function until(what: string, holds: () => boolean, timeoutMs = 240_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`"${what}" did not come about within ${timeoutMs / 1000} s`);
    await sleep(pollMs);
  }
}

/** The run of a reports folder that has none yet, looked at from outside while it goes on. */
export interface RunWatch {
  /** Folder of the record, null before there is one. */
  folder(): string | null;
  /** What a file of the record holds so far, empty when it is not there yet. */
  text(file: 'events.jsonl' | 'journal.jsonl'): string;
  /** Waits for an event. @throws Error when it does not come */
  event(pattern: RegExp, timeoutMs?: number): Promise<void>;
}

/** Watches the first run that appears in a reports folder. */
export function watchRun(reports: string): RunWatch {
  const root = join(reports, 'lab');
  const folder = (): string | null => {
    const name = existsSync(root) ? readdirSync(root).find((one) => one !== 'latest') : undefined;
    return name === undefined ? null : join(root, name);
  };
  const text: RunWatch['text'] = (file) => {
    const of = folder();
    const path = of === null ? null : join(of, file);
    return path !== null && existsSync(path) ? readFileSync(path, 'utf8') : '';
  };
  return { folder, text, event: async (pattern, timeoutMs) => until(`event ${String(pattern)}`, () => pattern.test(text('events.jsonl')), timeoutMs) };
}
