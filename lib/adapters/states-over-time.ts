import type { CallOptions } from './hypervisor.ts';

/** Something that the platform said of itself, or did not, where it is not what it said before. Moments are ns of CLOCK_MONOTONIC. */
export interface StateLine {
  /** What was asked. */
  of: string;
  /** When the last reading was begun that found it as before; null where there was none. */
  lastBeforeNs: number | null;
  /** When the reading had come that found it so first, and when the last was begun that did. */
  firstAfterNs: number;
  lastSeenNs: number;
  /** What is another than in the reading before that could be read. Empty for the first, and where a silence ended with nothing changed. */
  changed: string[];
  /** The whole answer, where it is the first or another than before; a sentence in its place where it was left out. */
  state?: unknown;
  /** Why there was no answer. */
  unreadable?: string;
}

/** What the platform said of one of its parts, as it was read anyway. */
export interface StateHistory {
  title: string;
  /** File name. */
  file: string;
  lines: StateLine[];
  /** Older lines that were not kept. */
  leftOut: number;
}

/** States of the platform, kept whenever they are read and found to have changed. */
export interface StatesOverTime {
  /** All that was in force at a moment or came after it, ns of CLOCK_MONOTONIC. Asks nobody. */
  since(ns: number): StateHistory[];
  /** Reads those that nobody has read for so long, ms; what cannot be read is a line as well, and no error. */
  refresh(olderThanMs: number, options?: CallOptions): Promise<void>;
}
