import type { CountedWindow, PlannedWindow } from '../kernel-gate/gate.ts';
import type { PlannedOutage } from './show.ts';

/**
 * The piece of the outages that lies in one slot of the gate. The gate has slots of one length for all targets; an outage that is longer
 * than a slot, or lies across the edge of one, is made of a piece in each.
 */
export function pieceIn(outages: readonly PlannedOutage[], target: number, slot: number, slotMs: number): PlannedWindow {
  const [beginMs, endMs] = [slot * slotMs, (slot + 1) * slotMs];
  const outage = outages.find((each) => each.target === target && each.fromMs < endMs && each.toMs > beginMs);
  if (outage === undefined) return { atNs: 0, lengthNs: 0 };
  const fromMs = Math.max(outage.fromMs, beginMs);
  return { atNs: (fromMs - beginMs) * 1e6, lengthNs: (Math.min(outage.toMs, endMs) - fromMs) * 1e6 };
}

/** The outages as the kernel had them, from its windows: pieces of one target that touch are one outage, and what they dropped is added. */
export function joinPieces(windows: readonly CountedWindow[]): CountedWindow[] {
  const joined: CountedWindow[] = [];
  for (const window of windows) {
    if (window.toNs <= window.fromNs) continue;
    const last = joined.at(-1);
    if (last === undefined || last.target !== window.target || window.fromNs - last.toNs > touchingNs) joined.push({ ...window });
    else {
      last.toNs = window.toNs;
      last.passed += window.passed;
      last.dropped += window.dropped;
    }
  }
  return joined;
}

/** Moments are rounded to a nanosecond. */
const touchingNs = 2;
