/** Where the reconstruction reports to; `seq` counts from 0, moments are ns of CLOCK_MONOTONIC. */
export interface SendSink {
  sent(seq: number, atNs: number): void;
  answered(seq: number, atNs: number, sentNs: number): void;
  blind(fromNs: number, toNs: number, reason: string): void;
}

/** Gaps between sends that are kept to know how short one can be. */
const keptGaps = 64;

/**
 * When ping sent what, from what it prints. Of an answered probe it tells the moment of the answer and the round trip; of an
 * unanswered one only that the next was about to be sent. So the moment of the first lost probe of a row is not printed: it is
 * taken to be as late as the shortest gap seen before the next send allows, which never makes an outage longer than it was.
 */
export interface SendReconstruction {
  answer(seq: number, atNs: number, rttNs: number): void;
  unanswered(seq: number, nextSentNs: number): void;
  /** A probe that was given up is known to have been sent at that moment. */
  sentAt(seq: number, atNs: number): void;
  /** The send whose turn it was did not happen. */
  refused(nowNs: number, reason: string): void;
  /** Reports the newest send, which waits for a refusal that may follow it. */
  settle(): void;
}

export function reconstructSends(periodNs: number, sink: SendSink): SendReconstruction {
  let lastSeq = -1;
  let lastNs = Number.NaN;
  let announced: { seq: number; atNs: number } | null = null;
  const refusals = new Set<number>();
  const gaps: number[] = [];

  const note = (seq: number, atNs: number): void => {
    if (seq === lastSeq + 1 && atNs > lastNs) {
      gaps.push(atNs - lastNs);
      if (gaps.length > keptGaps) gaps.shift();
    }
    lastSeq = seq;
    lastNs = atNs;
    if (!refusals.delete(seq)) sink.sent(seq, atNs);
  };
  /** Reports the sends up to `seq`; those without a moment of their own get the latest that is possible. */
  const sendsUpTo = (seq: number, atNs: number): void => {
    if (seq <= lastSeq) return;
    const shortest = gaps.length === 0 ? periodNs : Math.min(...gaps);
    for (let missing = lastSeq + 1; missing < seq; missing++) {
      const latest = atNs - (seq - missing) * shortest;
      const even = Number.isNaN(lastNs) ? latest : lastNs + (atNs - lastNs) / (seq - missing + 1);
      const missingNs = Math.max(latest, even);
      lastSeq = missing;
      lastNs = missingNs;
      if (!refusals.delete(missing)) sink.sent(missing, missingNs);
    }
    note(seq, atNs);
  };
  const settle = (): void => {
    const due = announced;
    announced = null;
    if (due !== null) sendsUpTo(due.seq, due.atNs);
  };

  return {
    answer(seq, atNs, rttNs) {
      settle();
      sendsUpTo(seq, atNs - rttNs);
      sink.answered(seq, atNs, atNs - rttNs);
    },
    unanswered(seq, nextSentNs) {
      settle();
      announced = { seq: seq + 1, atNs: nextSentNs };
    },
    sentAt(seq, atNs) {
      settle();
      sendsUpTo(seq, atNs);
    },
    refused(nowNs, reason) {
      const atNs = announced?.atNs ?? nowNs;
      refusals.add(announced?.seq ?? lastSeq + 1);
      settle();
      sink.blind(atNs, atNs + periodNs, `the kernel refused to send (${reason})`);
    },
    settle,
  };
}
