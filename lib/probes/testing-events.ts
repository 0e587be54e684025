import { setTimeout as delay } from 'node:timers/promises';

/** Waits, for a test, until something has come about: on a busy machine it takes longer, and is no other thing. @throws Error after 60 s. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const beganMs = performance.now();
  while (!(await holds())) {
    if (performance.now() - beganMs > 60_000) throw new Error(`not within 60 s: ${what}`);
    await delay(10);
  }
}
