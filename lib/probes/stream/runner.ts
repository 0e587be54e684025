import { createGrid } from '../grid.ts';
import type { ProbeSpec } from '../probe.ts';
import type { Outbox } from '../protocol.ts';
import { stallReason, watchStalls } from '../stall.ts';
import type { Attempt } from './attempt.ts';

/**
 * How many attempts of one probe may be under way. When an outage fills it, slots are skipped and reported as blind: nobody
 * looked, so nothing was lost. The grid stays as it is, and attempts under way keep their whole waiting time.
 */
export const mostInFlight = 1024;

/** A stall that went on for this long behind the stamp of an attempt held it up, ns. */
const heldUpNs = 5e6;
/** An attempt that this thread stood still for so much of says nothing of the target. */
const stalledShare = 0.5;

export interface StreamProbe {
  /** Sends no more. Attempts under way are still awaited. */
  stop(): void;
}

/** One for all probes of this thread. */
const stalls = watchStalls();

/** Makes attempts on a grid, each abandoned after waitMs. */
export function runAttempts(id: number, spec: ProbeSpec, firstSeq: number, epochNs: number, attempt: Attempt, outbox: Outbox): StreamProbe {
  const grid = createGrid(epochNs, spec.periodMs * 1e6, monotonicNs(), firstSeq);
  let inFlight = 0;
  let timer: NodeJS.Timeout;

  const start = (seq: number, sentNs: number): void => {
    let settled = false;
    let known = false;
    /** `sent` is reported once it is clear that this machine did try, and before the answer. */
    const confirm = (): void => {
      if (!known) outbox.sent(id, seq, sentNs);
      known = true;
    };
    const settle = (): boolean => {
      if (settled) return false;
      settled = true;
      inFlight--;
      clearTimeout(patience);
      return true;
    };
    inFlight++;
    /** This thread stood still behind the stamp, or for most of the attempt's time: when its packets left, or its answer came, is not known. */
    const bookStalls = (nowNs: number): void => {
      const own = stalls.within(sentNs, nowNs);
      const stoodNs = own.reduce((sum, stall) => sum + stall.toNs - Math.max(stall.fromNs, sentNs), 0);
      const heldUp = own.some((stall) => stall.fromNs <= sentNs && stall.toNs - sentNs > heldUpNs);
      if (heldUp || stoodNs > stalledShare * (nowNs - sentNs)) outbox.blind(id, Math.min(sentNs, own[0]?.fromNs ?? sentNs), own.at(-1)?.toNs ?? nowNs, stallReason);
    };
    const giveUp = (): void => {
      if (settle()) abandon();
    };
    const patience = setTimeout(() => {
      if (settled) return;
      bookStalls(monotonicNs());
      // An answer that waited while this thread stood still is read behind this.
      setImmediate(giveUp);
    }, spec.waitMs);
    const abandon = attempt({
      reading: (reading) => outbox.reading?.(id, sentNs, monotonicNs(), reading),
      answered(ok) {
        const atNs = monotonicNs();
        confirm();
        if (!settle()) return;
        const sinceNs = stalls.stalledSince(atNs);
        if (sinceNs === null) bookStalls(atNs);
        else outbox.blind(id, Math.min(sentNs, sinceNs), atNs, stallReason);
        outbox.answered(id, seq, atNs, sentNs, ok);
      },
      refusedHere(code) {
        // It may come late, after a name was asked for first: the probe was reported as sent then, and is covered here.
        if (settle()) outbox.blind(id, sentNs, Math.min(grid.nextNs(), sentNs + spec.periodMs * 1e6), `this machine could not send (${code})`);
        known = true;
      },
    });
    setImmediate(confirm);
  };
  const tick = (): void => {
    const nowNs = monotonicNs();
    const seq = grid.take(nowNs);
    if (seq >= 0 && inFlight < mostInFlight) start(seq, nowNs);
    else if (seq >= 0) outbox.blind(id, nowNs, grid.nextNs(), `skipped: ${mostInFlight} attempts are under way`);
    timer = setTimeout(tick, Math.max(0, Math.ceil((grid.nextNs() - monotonicNs()) / 1e6)));
  };
  tick();
  return { stop: () => clearTimeout(timer) };
}

function monotonicNs(): number {
  return Number(process.hrtime.bigint());
}
