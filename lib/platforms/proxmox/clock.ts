import { setTimeout as pause } from 'node:timers/promises';

/** The time that waits go by; tests bring their own. */
export interface Clock {
  /** ms; only differences count, and setting the system's clock does not change them. */
  now: () => number;
  /** Rejects with the signal's reason when it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  async sleep(ms, signal) {
    await pause(ms, undefined, signal === undefined ? {} : { signal }).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw error;
    });
  },
};
