import { changesBetween, countedIn } from './state-changes.ts';
import type { Counts } from './state-changes.ts';
import type { StateHistory, StateLine } from './states-over-time.ts';

/** Of one reading: when it was begun, and when it was answered or given up, ns of CLOCK_MONOTONIC. */
export interface ReadingTime {
  fromNs: number;
  toNs: number;
}

export interface StateRecorder {
  /** An answer. One that was asked for before the newest that is known is passed over: it tells of an older state. */
  read(of: string, time: ReadingTime, state: unknown): void;
  /** No answer. */
  failed(of: string, time: ReadingTime, why: string): void;
  /** When the newest reading was begun, answered or not; null before the first. */
  newestNs(of: string): number | null;
  since(ns: number): StateHistory;
}

/** What is kept of a history: the newest lines, and of those the newest whole answers, in characters. */
export interface StateBounds {
  characters: number;
  lines: number;
}

const defaultBounds: StateBounds = { characters: 1_000_000, lines: 2000 };
const stripped = 'left out: too much came after it';

interface Kept {
  line: StateLine;
  /** Characters of its whole answer. */
  size: number;
}

/** Keeps each state that differs from the one before, in what counts of it. */
export function openStateRecorder({ title, file }: Pick<StateHistory, 'title' | 'file'>, counts: Counts, bounds: StateBounds = defaultBounds): StateRecorder {
  const kept: Kept[] = [];
  /** When those lines were new that are not kept. */
  const leftOut: number[] = [];
  const newest = new Map<string, number>();
  const known = new Map<string, { counted: ReadonlyMap<string, string>; fromNs: number }>();
  const lastOf = (of: string): StateLine | undefined => kept.findLast(({ line }) => line.of === of)?.line;

  const keep = (line: StateLine): void => {
    kept.push({ line, size: line.state === undefined ? 0 : JSON.stringify(line.state).length });
    let characters = kept.reduce((sum, { size }) => sum + size, 0);
    for (const old of kept) {
      if (characters <= bounds.characters) break;
      if (old.size === 0) continue;
      characters -= old.size;
      old.size = 0;
      old.line.state = stripped;
    }
    for (const { line: { firstAfterNs } } of kept.splice(0, kept.length - bounds.lines)) leftOut.push(firstAfterNs);
  };

  return {
    newestNs: (of) => newest.get(of) ?? null,
    read: (of, { fromNs, toNs }, state) => {
      newest.set(of, Math.max(newest.get(of) ?? 0, fromNs));
      const before = known.get(of);
      if (before !== undefined && fromNs < before.fromNs) return;
      const counted = countedIn(state, counts);
      const changed = before === undefined ? [] : changesBetween(before.counted, counted);
      known.set(of, { counted, fromNs });
      const last = lastOf(of);
      const isAsBefore = before !== undefined && changed.length === 0;
      if (isAsBefore && last !== undefined && last.unreadable === undefined) last.lastSeenNs = fromNs;
      else keep({ of, lastBeforeNs: last?.lastSeenNs ?? null, firstAfterNs: toNs, lastSeenNs: fromNs, changed, ...(isAsBefore ? {} : { state }) });
    },
    failed: (of, { fromNs, toNs }, why) => {
      newest.set(of, Math.max(newest.get(of) ?? 0, fromNs));
      const last = lastOf(of);
      if (last?.unreadable === why) last.lastSeenNs = Math.max(last.lastSeenNs, fromNs);
      else keep({ of, lastBeforeNs: last?.lastSeenNs ?? null, firstAfterNs: toNs, lastSeenNs: fromNs, changed: [], unreadable: why });
    },
    since: (ns) => {
      const lines = kept.map(({ line }) => line);
      const told = [...new Set(lines.map(({ of }) => of))].flatMap((of) => {
        const own = lines.filter((line) => line.of === of);
        const first = own.findIndex(({ firstAfterNs, lastSeenNs }) => Math.max(firstAfterNs, lastSeenNs) >= ns);
        if (first === -1) return [];
        // What it was like is told before how it changed.
        const whole = own.slice(0, first + 1).findLastIndex(({ state }) => state !== undefined);
        return own.slice(whole === -1 ? first : whole);
      });
      return { title, file, lines: told.toSorted((one, other) => one.firstAfterNs - other.firstAfterNs).map((line) => ({ ...line })), leftOut: leftOut.filter((atNs) => atNs >= ns).length };
    },
  };
}
