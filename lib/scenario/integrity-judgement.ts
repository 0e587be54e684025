import { lostWrites, newErrors, writesAfter } from '../measurement/integrity.ts';
import type { RingReading } from '../measurement/integrity.ts';
import { deadlineMs } from '../safety/deadlines.ts';
import type { Scenario } from './scenario.ts';

export interface IntegrityCase {
  /** Guests whose node was lost at `lostAt` (ns since the anchor), so that they had to be started anew. */
  restarted: readonly string[];
  /** Guests that may have been started anew, and need not. */
  mayRestart?: readonly string[];
  lostAt: number | null;
  /** Ends the waiting for a last sign of life. */
  signal: AbortSignal;
  /** How long a guest may take to show that it writes, ms. */
  patienceMs?: number;
}

/** The ring is read five times a second, and a guest writes ten times: a guest that shows no write for so long does not write, ms. */
const signOfLifeMs = 15_000;

/** The boot that a guest must no longer have: undefined when it was not read before its node was lost. Null: any boot will do. */
function lostBoot(readings: readonly RingReading[], guest: string, { restarted, lostAt }: IntegrityCase): string | null | undefined {
  if (lostAt === null || !restarted.includes(guest)) return null;
  return readings.findLast(({ to }) => to <= lostAt)?.boot;
}

/**
 * Judges what the guests' own disks say about the whole scenario. That nothing was lost is only known of a guest that was read
 * after all that was done, and seen to write again; of one that had to be started anew, in its new boot.
 */
export async function judgeIntegrity(scenario: Pick<Scenario, 'integrity' | 'now' | 'expect'>, about: IntegrityCase): Promise<void> {
  const since = scenario.now();
  const expect = (title: string, ok: boolean | null, detail: string): void => scenario.expect(title, ok, detail, { common: true });
  const patienceMs = about.patienceMs ?? deadlineMs(signOfLifeMs);
  await Promise.all(
    [...scenario.integrity.values()].map(async (watch) => {
      const { guest } = watch;
      const notBoot = lostBoot(watch.readings(), guest, about);
      await watch.until((readings) => writesAfter(readings, since, notBoot).ok === true, patienceMs, about.signal);
      const readings = watch.readings();
      const written = notBoot === undefined ? { ok: null, detail: 'its boot was not read before its node was lost' } : writesAfter(readings, since, notBoot);
      const lost = lostWrites(readings);
      const errors = newErrors(readings);
      const boots = [...new Set(readings.map((reading) => reading.boot))];
      const figures = `sequence ${readings[0]?.ack} to ${readings.at(-1)?.ack}, ${readings.length} readings, ${boots.length} boot(s); at the end ${written.detail}`;
      expect(`${guest}: no acknowledged write lost`, lost > 0 ? false : written.ok, `${lost} lost; ${figures}`);
      expect(`${guest}: no I/O or verification error`, errors > 0 ? false : written.ok, `${errors} error(s); ${figures}`);
      if (!about.restarted.includes(guest) && about.mayRestart?.includes(guest) !== true && boots.length > 0) expect(`${guest}: it was not started anew`, boots.length === 1, boots.length === 1 ? `boot ${boots[0]} throughout` : `boots ${boots.join(', ')}, and nothing was done that takes one`);
    }),
  );
}
