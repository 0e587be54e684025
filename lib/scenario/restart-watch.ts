import type { GuestState, Snapshot } from '../adapters/hypervisor.ts';
import type { Transition } from '../record/types.ts';

/** A guest that was seen to be away and then to run again; moments in ns of CLOCK_MONOTONIC. */
export interface Restart {
  place: string;
  /** The manager had given it a place. */
  placed: Transition;
  /** The hypervisor of that place ran it. */
  running: Transition;
}

export interface RestartWatchOptions {
  guest: string;
  /** The node that was lost: what runs there, or is assigned to it, is nowhere. */
  lost: string;
  /** Nothing can have changed before this moment, ns of CLOCK_MONOTONIC. */
  sinceNs: number;
  /** Told of every restart; the signal aborts when the guest is seen to go away once more, and that one was not the last. */
  onRestart: (restart: Restart, signal: AbortSignal) => void;
}

export interface RestartWatch {
  /** Takes a reading of the cluster into account. */
  note: (snapshot: Snapshot) => void;
  /** Ends what was begun for restarts. */
  stop(): void;
}

const leaving: ReadonlySet<GuestState['haState']> = new Set(['stopping', 'stopped']);
const arriving: ReadonlySet<GuestState['haState']> = new Set(['starting', 'started']);

/**
 * Watches whether a guest goes away and comes back after a node was lost. A guest that runs on the whole time is never seen to have
 * restarted: it counts as away only where the manager stops it, or no hypervisor of a node that is left runs it and all could be read.
 */
export function watchRestart({ guest, lost, sinceNs, onRestart }: RestartWatchOptions): RestartWatch {
  let lastBefore = sinceNs;
  let wasAway = false;
  let placed: Transition | null = null;
  let current: AbortController | null = null;
  const stop = (): void => {
    current?.abort();
    current = null;
  };
  return {
    stop,
    note: (snapshot) => {
      const state = snapshot.guests.find(({ name }) => name === guest);
      if (state === undefined) return;
      const { haState, assignedTo } = state;
      const [place, ...more] = state.runningOn.filter((node) => node !== lost);
      const isComplete = snapshot.unread.every(({ what }) => what.split(/[^\w.-]+/).includes(lost));
      if (leaving.has(haState) || (place === undefined && isComplete)) {
        wasAway = true;
        stop();
      }
      const now: Transition = { lastBefore, firstAfter: snapshot.toNs };
      lastBefore = Math.max(lastBefore, snapshot.fromNs);
      if (!wasAway || !arriving.has(haState)) {
        if (leaving.has(haState)) placed = null;
        return;
      }
      const isGone = snapshot.nodes.some(({ name, online, unclean }) => name === lost && !online && !unclean);
      if (place !== undefined || (isGone && assignedTo !== null && assignedTo !== lost)) placed ??= now;
      const isThere = place !== undefined && more.length === 0 && (assignedTo === place || (haState === 'starting' && assignedTo === null));
      if (!isThere || current !== null || placed === null) return;
      current = new AbortController();
      onRestart({ place, placed, running: now }, current.signal);
    },
  };
}
