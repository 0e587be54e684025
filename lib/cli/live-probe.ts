import { followSamples } from '../record/samples-follower.ts';

/** What a probe looks like now, from the newest samples that are in its file; nothing here is a measurement or a verdict. */
export interface LiveFigures {
  /** The middle round trip of the newest probes, ms; null while none is answered. */
  rttMs: number | null;
  /** The newest probes that were sent long enough ago to be answered, and how many of them were not. */
  due: number;
  unanswered: number;
  /** For how long nothing has been answered that was sent; 0: the newest due probe was. */
  silentMs: number;
}

export interface LiveProbe {
  /** Reads what is new in the file. */
  look(): LiveFigures;
}

/** So many of the newest probes are looked at. */
const newest = 500;
/** An answer that takes longer is not waited for in this view, ms. */
const patienceMs = 500;

/** Follows the samples of a running probe by its file, as the prober writes it; the prober itself is not asked. */
export function followProbe(file: string, periodMs: number): LiveProbe {
  const recent = new Map<number, { sentNs: number; rttMs: number | null }>();
  let lastAnswered = -1;
  let silentFromNs: number | null = null;
  let lastSentNs = 0;
  const follower = followSamples(file, periodMs, {
    sent(seq, sentNs) {
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
    blind: () => undefined,
  });
  return {
    look() {
      follower.read();
      const due = [...recent.values()].filter(({ sentNs, rttMs }) => rttMs !== null || lastSentNs - sentNs > patienceMs * 1e6);
      const trips = due.flatMap(({ rttMs }) => rttMs ?? []).toSorted((one, other) => one - other);
      const silentMs = silentFromNs === null ? 0 : (lastSentNs - silentFromNs) / 1e6;
      return { rttMs: trips[Math.floor(trips.length / 2)] ?? null, due: due.length, unanswered: due.length - trips.length, silentMs: silentMs > patienceMs ? silentMs : 0 };
    },
  };
}
