/** An answer, ns of CLOCK_MONOTONIC. */
export interface Answer {
  sentNs: number;
  receivedNs: number;
}

/** How many answers are kept to look back at, at most, and how many there is room for at first. */
const mostKept = 4096;
const firstRoom = 64;
const mostInFlight = 2 ** 20;

/** Which probes are under way, and who waits for an answer. Memory does not grow. */
export interface AnswerLog {
  sent(seq: number, atNs: number): void;
  answered(seq: number, receivedNs: number, sentNs: number, ok: boolean): void;
  /** Probes with a right answer; duplicates do not count. */
  count(): number;
  lastNs(): number | null;
  /** When the newest probe was sent that has no answer yet; null when all have. Looks through all that may be under way: not for every probe. */
  newestOpenNs(): number | null;
  /** The first right answer to a probe that was sent at or after `sinceNs`. Rejects when the signal aborts or the log is closed. */
  wait(sinceNs: number, signal: AbortSignal): Promise<Answer>;
  close(reason: Error): void;
}

interface Waiter {
  sinceNs: number;
  resolve(answer: Answer): void;
  reject(reason: unknown): void;
}

/**
 * @param inFlight how many probes may be under way at once: those older than that count as lost
 * @param lookBack how many answers to keep to look back at
 */
export function createAnswerLog(inFlight: number, lookBack: number = mostKept): AnswerLog {
  const size = Math.min(mostInFlight, 2 ** Math.ceil(Math.log2(Math.max(64, inFlight + 16))));
  const open = new Float64Array(size).fill(-1);
  const openNs = new Float64Array(size);
  const waiters = new Set<Waiter>();
  const kept = Math.min(mostKept, Math.max(firstRoom, lookBack));
  /** Pairs of sent and received, a ring once `kept` is reached: as objects they would take ten times the memory. */
  let recent = new Float64Array(2 * firstRoom);
  let known = 0;
  let nextRecent = 0;
  let count = 0;
  let lastNs: number | null = null;
  let closed: Error | null = null;

  const keep = (sentNs: number, receivedNs: number): void => {
    if (2 * nextRecent === recent.length) {
      const wider = new Float64Array(Math.min(2 * kept, 2 * recent.length));
      wider.set(recent);
      recent = wider;
    }
    recent[2 * nextRecent] = sentNs;
    recent[2 * nextRecent + 1] = receivedNs;
    nextRecent = (nextRecent + 1) % kept;
    known = Math.min(kept, known + 1);
  };
  const firstSince = (sinceNs: number): Answer | null => {
    let first: Answer | null = null;
    for (let index = 0; index < known; index++) {
      const sentNs = recent[2 * index] ?? Number.NaN;
      if (sentNs >= sinceNs && (first === null || sentNs < first.sentNs)) first = { sentNs, receivedNs: recent[2 * index + 1] ?? Number.NaN };
    }
    return first;
  };

  return {
    sent(seq, atNs) {
      open[seq % size] = seq;
      openNs[seq % size] = atNs;
    },
    answered(seq, receivedNs, sentNs, ok) {
      if (open[seq % size] !== seq) return;
      open[seq % size] = -1;
      if (!ok) return;
      count++;
      lastNs = Math.max(lastNs ?? 0, receivedNs);
      keep(sentNs, receivedNs);
      for (const waiter of waiters) {
        if (sentNs < waiter.sinceNs) continue;
        waiters.delete(waiter);
        waiter.resolve({ sentNs, receivedNs });
      }
    },
    count: () => count,
    lastNs: () => lastNs,
    newestOpenNs() {
      let newest: number | null = null;
      for (let index = 0; index < size; index++) {
        if ((open[index] ?? -1) >= 0) newest = Math.max(newest ?? -Infinity, openNs[index] ?? 0);
      }
      return newest;
    },
    async wait(sinceNs, signal) {
      signal.throwIfAborted();
      const first = firstSince(sinceNs);
      if (first !== null) return first;
      if (closed !== null) throw closed;
      return new Promise<Answer>((resolve, reject) => {
        const waiter: Waiter = { sinceNs, resolve, reject };
        const abort = (): void => {
          waiters.delete(waiter);
          reject(signal.reason as Error);
        };
        signal.addEventListener('abort', abort, { once: true });
        waiter.resolve = (answer) => {
          signal.removeEventListener('abort', abort);
          resolve(answer);
        };
        waiter.reject = (reason) => {
          signal.removeEventListener('abort', abort);
          reject(reason);
        };
        waiters.add(waiter);
      });
    },
    close(reason) {
      closed = reason;
      for (const waiter of waiters) waiter.reject(reason);
      waiters.clear();
    },
  };
}
