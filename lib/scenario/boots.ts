import { setTimeout as sleep } from 'node:timers/promises';
import type { BootWord } from '../adapters/outcomes.ts';
import type { GuestConfig } from '../environment/environment.ts';
import { deadlineMs } from '../safety/deadlines.ts';
import type { Scenario } from './scenario.ts';

const readingTimeoutMs = 15_000;
const pauseMs = 1000;

/** What is asked about boots. */
type Asking = Pick<Scenario, 'hypervisor' | 'integrity' | 'now' | 'signal'>;

/** The boot that a guest is in, by its own sequence of writes where the environment file says where it shows one, else by the platform's way into it. Null where there is neither. */
export async function askBoot({ hypervisor, integrity, now, signal }: Asking, guest: Pick<GuestConfig, 'name' | 'integrity'>): Promise<BootWord | null> {
  if (guest.integrity === undefined) return (await hypervisor.bootOf?.(guest.name, { signal, timeoutMs: deadlineMs(readingTimeoutMs) })) ?? null;
  const boot = (await integrity.get(guest.name)?.next(now(), deadlineMs(readingTimeoutMs), signal))?.boot ?? null;
  return { boot, detail: boot === null ? 'its write sequence could not be read' : 'its write sequence' };
}

/** The same once more: one that was told before is asked for again for a while, as a guest that has just arrived may not tell it at once; one that was not is not. */
export async function askBootAgain(asking: Asking, guest: Pick<GuestConfig, 'name' | 'integrity'>, before: BootWord | null): Promise<BootWord | null> {
  if (guest.integrity !== undefined) return askBoot(asking, guest);
  if (before === null || before.boot === null) return before;
  const untilMs = performance.now() + deadlineMs(readingTimeoutMs);
  for (;;) {
    const after = await askBoot(asking, guest);
    if (after === null || after.boot !== null || performance.now() >= untilMs) return after;
    await sleep(pauseMs, undefined, { signal: asking.signal });
  }
}

/**
 * Whether the same boot of a guest goes on. `expected`: as an expectation; null where it is none, because nobody can look into the guest,
 * and the environment file does not say that one can. `words`: what is to be said of that.
 */
export function judgeBoots({ integrity }: Pick<GuestConfig, 'integrity'>, before: BootWord | null, after: BootWord | null): { expected: { ok: boolean | null; detail: string } | null; words: string } {
  if (before !== null && before.boot !== null && after !== null && after.boot !== null) {
    const isSame = before.boot === after.boot;
    return { expected: { ok: isSame, detail: `${isSame ? '' : 'it was restarted: '}boot id ${before.boot} before, ${after.boot} after` }, words: '' };
  }
  if (integrity !== undefined) return { expected: { ok: null, detail: 'the boot id could not be read before and after' }, words: '' };
  const missing = [before, after].find((word) => word !== null && word.boot === null);
  return { expected: null, words: missing === null || missing === undefined ? '' : `its boot id could not be read (${missing.detail}): that it was not restarted rests on its uptime alone, as the platform tells it` };
}
