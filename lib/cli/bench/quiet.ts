import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** A clock tick of /proc/stat, ms: USER_HZ is 100 on every architecture that Node runs on (proc_stat(5), sysconf(_SC_CLK_TCK)). */
const tickMs = 10;
/** Where the time withheld by the host stands in the line `cpu` of /proc/stat, behind its name (proc_stat(5), `steal`, since Linux 2.6.11). */
const stealField = 8;

/** Core time that the host has withheld from this machine since it started, ms over all cores; null where the kernel does not tell. */
export function withheldMs(statistics: string = readFileSync('/proc/stat', 'utf8')): number | null {
  const fields = statistics.split('\n').find((line) => line.startsWith('cpu '))?.trim().split(/\s+/) ?? [];
  const ticks = fields[stealField];
  return ticks === undefined ? null : Number(ticks) * tickMs;
}

/** What was measured, and how much of the machine its host withheld meanwhile: a share of 1, null where the kernel does not tell. */
export interface Turn<T> {
  value: T;
  withheld: number | null;
}

/** Where turns can be taken again: which of them counts, and the share of each. */
export interface Quiet<T> extends Turn<T> {
  /** Of all turns in their order, the one that counts among them. */
  shares: (number | null)[];
}

/** How much may be withheld of the time of all cores, as a share of it, and how many turns are taken at most. */
export interface Patience {
  share: number;
  turns: number;
}

/**
 * An outage has two edges, and each falls into what is withheld of the core that its prober runs on: with two cores, 1 % withheld
 * touches 4 % of the outages at worst, by stalls of some milliseconds. Measured on two shared cores in stretches of 10 s: 0.1 to 0.6 %
 * while the host was quiet, idle as well as with both cores busy; 2 to 100 % while it was not.
 */
export const patient: Patience = { share: 0.01, turns: 8 };

/**
 * At 1 ms a stall is longer than the period. 0.2 % withheld touches 0.8 % of the outages, which moves the 95th percentile of their
 * errors from 0.776 ms (the least that a grid allows: the edges lie anywhere between two probes) to 0.79 ms.
 */
export const veryPatient: Patience = { share: 0.002, turns: 24 };

/** For tools whose errors are of another size. */
export const hasty: Patience = { ...patient, turns: 2 };

/** What is said of it under a table. */
export const quietRule = `A turn in which the host withheld more than ${100 * patient.share} % of the cores' time (${100 * veryPatient.share} % at 1 ms) is taken again, up to ${patient.turns} times (${veryPatient.turns} at 1 ms; ${hasty.turns} for tools other than this prober's native one and the C program), whatever it measured: the first that is quiet counts, else the quietest.`;

/**
 * Measures again while the host withheld more than a share of the machine: how well a prober keeps its time cannot be
 * told while the processor it runs on does not run. Which turn counts depends on that share alone, never on what was measured:
 * the first that is quiet, else the quietest.
 *
 * @param clock for tests: core time withheld so far and the time now, ms
 */
export async function quietTurn<T>(take: () => Promise<T>, { share, turns: atMost }: Patience, clock = { withheldMs, nowMs: () => performance.now(), cores: availableParallelism() }): Promise<Quiet<T>> {
  const turns: Turn<T>[] = [];
  for (let quiet = false; !quiet && turns.length < atMost; ) {
    const [stolen, began] = [clock.withheldMs(), clock.nowMs()];
    const value = await take();
    const now = clock.withheldMs();
    const withheld = stolen === null || now === null ? null : (now - stolen) / ((clock.nowMs() - began) * clock.cores);
    turns.push({ value, withheld });
    quiet = withheld === null || withheld <= share;
  }
  const counted = turns.reduce((best, turn) => ((turn.withheld ?? 0) < (best.withheld ?? 0) ? turn : best));
  return { ...counted, shares: turns.map(({ withheld }) => withheld) };
}

/** A share in words. */
export const percent = (share: number | null): string => (share === null ? 'unknown' : `${(100 * share).toFixed(1)} %`);

/** What stands in a table: the share of the turn that counts, and those of the turns that do not. */
export function sayWithheld({ withheld, shares }: Quiet<unknown>): string {
  const others = shares.slice();
  others.splice(others.indexOf(withheld), 1);
  return others.length === 0 ? percent(withheld) : `${percent(withheld)} (not counted: ${others.length > 4 ? `${others.length} turns, ${percent(Math.min(...others.map((share) => share ?? 0)))} to ${percent(Math.max(...others.map((share) => share ?? 0)))}` : others.map(percent).join(', ')})`;
}
