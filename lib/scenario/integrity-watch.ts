import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RingReading } from '../measurement/integrity.ts';

/** Watches the disk write/verify sequence of one guest. */
export interface IntegrityWatch {
  guest: string;
  /** All readings so far, in their order; times in ns since the anchor. */
  readings(): readonly RingReading[];
  /** Waits for a reading that was asked for at or after `since`; null when the time is up. */
  next(since: number, timeoutMs: number, signal: AbortSignal): Promise<RingReading | null>;
  stop(): Promise<void>;
}

/** Pause between two readings and patience with one, ms. A write gap is known to about two pauses. */
const pauseMs = 200;
const patienceMs = 1000;

function parse(text: string): Omit<RingReading, 'from' | 'to'> | null {
  const value = JSON.parse(text) as Record<string, unknown>;
  const { boot, ack, recovered, errors } = value;
  if (typeof boot !== 'string' || typeof ack !== 'number' || typeof errors !== 'number') return null;
  return { boot, ack, errors, recovered: typeof recovered === 'number' ? recovered : 0 };
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
        const reading = response.ok ? parse(await response.text()) : null;
        // A guest that is still verifying its ring after a boot has not said what it recovered.
        if (reading !== null) {
          const stamped = { from, to: options.now(), ...reading };
          readings.push(stamped);
          appendFileSync(options.file, `${JSON.stringify(stamped)}\n`);
        }
      } catch {
        // No reading: the guest is down, or busy. Its absence is what the gaps between readings show.
      }
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const running = loop();
  return {
    guest,
    readings: () => readings,
    next: async (since, timeoutMs, signal) => {
      const deadline = performance.now() + timeoutMs;
      while (performance.now() < deadline) {
        const found = readings.find((reading) => reading.from >= since);
        if (found !== undefined) return found;
        await sleep(pauseMs, undefined, { signal });
      }
      return null;
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
