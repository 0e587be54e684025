import { z } from 'zod';
import type { BeatReading } from '../../record/beats.ts';
import type { AttemptFactory } from './attempt.ts';
import { get } from './http.ts';

/**
 * What a guest says of itself, as JSON: which boot it is in (anything that differs from boot to boot, for example the kernel's boot id), a
 * number that rises several times within the probe's period, and its own monotonic clock in ms. Other keys are passed over.
 */
const beatShape = z.object({ boot: z.string().min(1), beat: z.number(), uptimeMs: z.number().optional() });

/** Null when the text is no heartbeat. */
export function parseBeat(body: string): BeatReading | null {
  try {
    const { boot, beat, uptimeMs } = beatShape.parse(JSON.parse(body));
    return { boot, beat, uptimeMs: uptimeMs ?? null };
  } catch {
    return null;
  }
}

/**
 * Guest heartbeat over HTTP: answered when the guest gives a sequence beyond every one that was known when the probe was sent, or one of
 * another boot. A service that answers from a guest that stands still is a wrong answer. Each reading is kept with its probe.
 */
export const heartbeatAttempts: AttemptFactory = (spec) => {
  let newest: BeatReading | null = null;
  return (outcome) => {
    const known = newest;
    return get(spec, (body, ended) => {
      if (!ended) return null;
      const reading = parseBeat(body);
      if (reading === null) return false;
      outcome.reading?.(reading);
      if (newest === null || newest.boot !== reading.boot || reading.beat > newest.beat) newest = reading;
      return known === null || known.boot !== reading.boot || reading.beat > known.beat;
    }, outcome);
  };
};
