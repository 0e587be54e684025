/** What a guest said of itself. */
export interface BeatReading {
  /** Another one means that the guest was started anew. */
  boot: string;
  /** A number that the guest counts up. */
  beat: number;
  /** The guest's own monotonic clock, ms; null where it does not say. */
  uptimeMs: number | null;
}

/**
 * A line of `samples/<scenario id>/<probe>.beats.jsonl`: asked for at `from`, answered at `to` (ns since the run's anchor); what it says
 * was so at some moment between the two.
 */
export interface Beat extends BeatReading {
  from: number;
  to: number;
}

/** The file of a heartbeat's readings that belongs to its samples file. */
export function beatsFileOf(samplesFile: string): string {
  return `${samplesFile.replace(/\.samples$/, '')}.beats.jsonl`;
}
