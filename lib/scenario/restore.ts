import { setTimeout as sleep } from 'node:timers/promises';
import type { BackupOutcome } from '../adapters/hypervisor.ts';
import type { Unasked } from '../adapters/outcomes.ts';
import type { GuestConfig } from '../environment/environment.ts';
import type { RingReading } from '../measurement/integrity.ts';
import { deadlineMs } from '../safety/deadlines.ts';
import { parseRing } from './integrity-watch.ts';
import { Inconclusive } from './outcome.ts';
import type { Scenario } from './scenario.ts';

/** How long a restored guest may take until it shows its data, ms: it boots beside everything else, and verifies its disk first. */
const bootTimeoutMs = 300_000;
const pollMs = 500;
/** How long the last write before or after a moment may take to be read, ms. */
const readingTimeoutMs = 15_000;

/** What a guest had written around a backup: the last acknowledged write before it began, and the first reading after it had ended. */
export interface WrittenAround {
  before: number;
  after: number;
  /** The original's boots: the restored guest must have another one. */
  boots: string[];
}

/** The last write that was acknowledged now, or null when the guest's writes cannot be read. */
export async function lastWrite(scenario: Scenario, guest: GuestConfig): Promise<number | null> {
  return (await scenario.integrity.get(guest.name)?.next(scenario.now(), readingTimeoutMs, scenario.signal))?.ack ?? null;
}

/**
 * Whether a restored guest holds what was backed up: its last write on the disk is none older than the last one acknowledged before
 * the backup began, and none newer than what had been written when it ended; its own verification of the disk found no error; and
 * it is another boot, so it is not the original that answered. Pure.
 */
export function matchesBackup(found: Pick<RingReading, 'boot' | 'recovered' | 'errors'>, written: WrittenAround): { ok: boolean; detail: string } {
  const { boot, recovered, errors } = found;
  const complaints = [
    ...(written.boots.includes(boot) ? [`boot ${boot} is the original's`] : []),
    ...(recovered < written.before ? [`${written.before - recovered} acknowledged write(s) are missing`] : []),
    ...(recovered > written.after ? ['it holds writes that were made after the backup had ended'] : []),
    ...(errors > 0 ? [`${errors} error(s) when it verified its disk`] : []),
  ];
  const figures = `it found write ${recovered} on its disk; ${written.before} was acknowledged before the backup, ${written.after} read after it; boot ${boot}`;
  return { ok: complaints.length === 0, detail: [...complaints, figures].join('; ') };
}

/** Restores the backup as a scratch guest on an isolated network. */
export async function restoreAsScratch(scenario: Scenario, guest: GuestConfig, backup: BackupOutcome): Promise<void> {
  const { scratch } = scenario.hypervisor;
  if (scratch === undefined) throw new Inconclusive('The platform claims to restore backups and has no way to do it beside the original.');
  const begun = scenario.now();
  const operation = await scratch.restoreBackup(guest.name, backup, { signal: scenario.signal });
  const outcome = await operation.done;
  scenario.evidence('Log of the restoration', 'restore.log', 'text/plain', operation.log().join('\n'));
  scenario.evidence('What became of the restoration', 'restore.json', 'application/json', JSON.stringify(outcome, null, 2));
  scenario.measured('restore-time', { lo: outcome.durationMs, hi: Math.max(outcome.durationMs, (scenario.now() - begun) / 1e6) }, { source: 'restoration begun to scratch guest started' });
  // Where the platform cannot compare disks, the guest does, if it shows what it finds on its own.
  if (outcome.identical !== null || guest.integrity === undefined) scenario.expect('the restored disks hold what the archive holds', outcome.identical, outcome.comparison);
  scenario.progress(`${outcome.scratch} runs on ${outcome.node}, on ${outcome.isolation}`);
}

/** What the scratch guest had said when it booted or its time was over. */
interface Heard<T> {
  /** What was waited for. */
  found: T | null;
  /** Its last words of any kind. */
  last: string | null;
  /** Why nobody could ask it in the end: then its silence is nobody's. Null where it was asked. */
  unasked: string | null;
}

/** Asks the scratch guest until it says what is waited for, and when its time is over once at least. */
async function hear<T>(scenario: Scenario, ask: () => Promise<string | Unasked | null>, read: (word: string) => T | null): Promise<Heard<T>> {
  const deadline = performance.now() + deadlineMs(bootTimeoutMs);
  for (let last: string | null = null; ; await sleep(pollMs, undefined, { signal: scenario.signal })) {
    const word = await ask();
    if (typeof word === 'string') last = word;
    const found = typeof word === 'string' ? read(word) : null;
    if (found !== null || performance.now() >= deadline) return { found, last, unasked: word === null || typeof word === 'string' ? null : word.unasked };
  }
}

/** Notes whether it boots; that nobody could ask it in the end tells neither. */
function expectBoot(scenario: Scenario, guest: GuestConfig, { found, unasked }: Heard<unknown>, detail: string): void {
  const title = `the restored ${guest.name} boots`;
  if (unasked === null) scenario.expect(title, found !== null, detail);
  else scenario.expect(title, null, `nobody could ask it any more when ${deadlineMs(bootTimeoutMs) / 1000} s were over: ${unasked}`);
}

/** The scratch guest boots by its own word, where the platform can hear it. */
async function judgeBoot(scenario: Scenario, guest: GuestConfig): Promise<void> {
  const { scratch } = scenario.hypervisor;
  if (scratch?.alive === undefined) return;
  const heard = await hear(scenario, async () => (await scratch.alive?.(guest.name, { signal: scenario.signal })) ?? null, (word) => word);
  expectBoot(scenario, guest, heard, heard.found ?? `it said nothing within ${deadlineMs(bootTimeoutMs) / 1000} s`);
}

/** What the scratch guest says of its writes; null while it says nothing, or something else: whoever boots may show any page. */
export function ringIn(answer: string | null): ReturnType<typeof parseRing> {
  try {
    return answer === null ? null : parseRing(answer);
  } catch {
    return null;
  }
}

/** The scratch guest boots, and holds what was backed up. */
export async function judgeScratch(scenario: Scenario, guest: GuestConfig, written: WrittenAround | null): Promise<void> {
  const url = guest.integrity?.url;
  const { scratch } = scenario.hypervisor;
  if (url === undefined || written === null || scratch?.ask === undefined) {
    await judgeBoot(scenario, guest);
    scenario.expect(`the restored ${guest.name} holds what was backed up`, null, scratch?.ask === undefined ? 'it boots where nobody can ask it' : url === undefined ? `${guest.name} shows no write sequence (guests[].integrity of the environment file)` : 'the original could not be read around its backup');
    return;
  }
  const begun = scenario.now();
  const heard = await hear(scenario, async () => (await scratch.ask?.(guest.name, url, { signal: scenario.signal })) ?? null, ringIn);
  const { found, last } = heard;
  expectBoot(scenario, guest, heard, found === null ? `its write sequence was not served within ${deadlineMs(bootTimeoutMs) / 1000} s; last words: ${last ?? 'none'}` : `it answers ${((scenario.now() - begun) / 1e9).toFixed(1)} s after it was started`);
  if (found === null) return;
  scenario.evidence('What the restored guest says of its disk', 'scratch.json', 'application/json', last ?? '');
  const { ok, detail } = matchesBackup(found, written);
  scenario.expect(`the restored ${guest.name} holds what was backed up`, ok, detail);
}
