import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RingReading } from '../measurement/integrity.ts';
import { scrub } from '../record/scrub.ts';

/** Watches the disk write/verify sequence of one guest. */
export interface IntegrityWatch {
  guest: string;
  /** All readings so far, in their order; times in ns since the anchor. */
  readings(): readonly RingReading[];
  /** Waits until the readings are as they should be; false when the time is up, or the signal aborts. */
  until(satisfied: (readings: readonly RingReading[]) => boolean, timeoutMs: number, signal: AbortSignal): Promise<boolean>;
  /** Waits for a reading that was asked for at or after `since`; null when the time is up. */
  next(since: number, timeoutMs: number, signal: AbortSignal): Promise<RingReading | null>;
  stop(): Promise<void>;
}

/** Pause between two readings and patience with one, ms. A write gap is known to about two pauses. */
export const ringPeriodMs = 200;
const patienceMs = 1000;

/** What a guest says of its ring; null while it has nothing to say yet. Throws for what is no JSON. */
export function parseRing(text: string): Omit<RingReading, 'from' | 'to'> | null {
  const value = JSON.parse(text) as Record<string, unknown>;
  const { boot, ack, recovered, errors, state } = value;
  // A guest that still verifies its ring after a boot answers with zeros: it has not said what it recovered.
  if (state === 'starting') return null;
  if (typeof boot !== 'string' || typeof ack !== 'number' || typeof errors !== 'number') return null;
  return { boot: scrub(boot), ack, errors, recovered: typeof recovered === 'number' ? recovered : 0 };
}

/** Starts to read `url` again and again; every reading is also appended to `file` as a JSON line. */
export function watchIntegrity(guest: string, url: string, options: { file: string; now: () => number }): IntegrityWatch {
  const readings: RingReading[] = [];
  const stopping = new AbortController();
  mkdirSync(dirname(options.file), { recursive: true });
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const from = options.now();
      try {
        const response = await fetch(url, { signal: AbortSignal.any([stopping.signal, AbortSignal.timeout(patienceMs)]), headers: { connection: 'close' } });
        const reading = response.ok ? parseRing(await response.text()) : null;
        if (reading !== null) {
          const stamped = { from, to: options.now(), ...reading };
          readings.push(stamped);
          appendFileSync(options.file, `${JSON.stringify(stamped)}\n`);
        }
      } catch {
        // No reading: the guest is down, or busy. Its absence is what the gaps between readings show.
      }
      await sleep(ringPeriodMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const running = loop();
  return {
    guest,
    readings: () => readings,
    until: async (satisfied, timeoutMs, signal) => {
      const deadline = performance.now() + timeoutMs;
      while (!satisfied(readings)) {
        if (signal.aborted || performance.now() >= deadline) return false;
        await sleep(ringPeriodMs, undefined, { signal }).catch(() => undefined);
      }
      return true;
    },
    next: async (since, timeoutMs, signal) => {
      const deadline = performance.now() + timeoutMs;
      while (performance.now() < deadline) {
        const found = readings.find((reading) => reading.from >= since);
        if (found !== undefined) return found;
        await sleep(ringPeriodMs, undefined, { signal });
      }
      return null;
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
