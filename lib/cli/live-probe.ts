import { followSamples } from '../record/samples-follower.ts';
import type { BlindStretch } from '../record/samples.ts';

/** What a probe looks like now, from the newest samples that are in its file; nothing here is a measurement or a verdict. */
export interface LiveFigures {
  /** The middle round trip of the newest probes, ms; null while none is answered. */
  rttMs: number | null;
  /** The newest probes that were sent long enough ago to be answered, and how many of them were not. */
  due: number;
  unanswered: number;
  /** For how long nothing has been answered that was sent; 0: the newest due probe was. */
  silentMs: number;
  /** For how long the file has told of no probe that was sent; 0: not longer than the writing of the file takes. */
  unsentMs: number;
  /** The latest time among the newest probes in which the prober could not see, and whether it is still going on; null: none. */
  blind: { lastedMs: number; reason: string; now: boolean } | null;
}

export interface LiveProbe {
  /** Reads what is new in the file. */
  look(): LiveFigures;
}

/** So many of the newest probes are looked at. */
const newest = 500;
/** An answer that takes longer is not waited for in this view, ms. */
const patienceMs = 500;
/**
 * A prober hands its samples to the kernel every 100 ms, half a second after sending when the machine is busy, and a view looks once a
 * second: only what is missing for longer says something, ms.
 */
const writingMs = 1500;
/** As many periods without a probe leave a prober blind. */
const blindAfterPeriods = 2;

/**
 * Follows the samples of a running probe by its file, as the prober writes it; the prober itself is not asked.
 *
 * @param clock ms that pass, also while the file does not grow.
 */
export function followProbe(file: string, periodMs: number, clock: () => number = () => performance.now()): LiveProbe {
  const recent = new Map<number, { sentNs: number; rttMs: number | null }>();
  let lastAnswered = -1;
  let silentFromNs: number | null = null;
  let lastSentNs = 0;
  let grewAt = clock();
  let blind: BlindStretch | null = null;
  const follower = followSamples(file, periodMs, {
    sent(seq, sentNs) {
      grewAt = clock();
      recent.set(seq, { sentNs, rttMs: null });
      lastSentNs = sentNs;
      silentFromNs ??= sentNs;
      const [oldest] = recent.keys();
      if (recent.size > newest && oldest !== undefined) recent.delete(oldest);
    },
    answered(seq, atNs, right) {
      const probe = recent.get(seq);
      if (probe === undefined || !right) return;
      probe.rttMs ??= (atNs - probe.sentNs) / 1e6;
      if (seq < lastAnswered) return;
      lastAnswered = seq;
      silentFromNs = recent.get(seq + 1)?.sentNs ?? null;
    },
    blind(stretch) {
      const goesOn = blind !== null && stretch.reason === blind.reason && stretch.fromNs <= blind.toNs + blindAfterPeriods * periodMs * 1e6;
      blind = goesOn && blind !== null ? { ...blind, toNs: Math.max(blind.toNs, stretch.toNs) } : stretch;
    },
  });
  const blindNow = (): LiveFigures['blind'] => {
    const [oldest] = recent.values();
    if (blind === null || blind.toNs < (oldest?.sentNs ?? 0)) return null;
    return { lastedMs: (blind.toNs - blind.fromNs) / 1e6, reason: blind.reason, now: blind.toNs > lastSentNs - writingMs * 1e6 && blind.toNs > (recent.get(lastAnswered)?.sentNs ?? 0) };
  };
  return {
    look() {
      follower.read();
      const due = [...recent.values()].filter(({ sentNs, rttMs }) => rttMs !== null || lastSentNs - sentNs > patienceMs * 1e6);
      const trips = due.flatMap(({ rttMs }) => rttMs ?? []).toSorted((one, other) => one - other);
      const silentMs = silentFromNs === null ? 0 : (lastSentNs - silentFromNs) / 1e6;
      const unsentMs = clock() - grewAt;
      return {
        rttMs: trips[Math.floor(trips.length / 2)] ?? null,
        due: due.length,
        unanswered: due.length - trips.length,
        silentMs: silentMs > patienceMs ? silentMs : 0,
        unsentMs: unsentMs > writingMs + blindAfterPeriods * periodMs ? unsentMs : 0,
        blind: blindNow(),
      };
    },
  };
}
