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

/** How often a turn is taken at most. */
export const mostTurns = 8;

/**
 * A share of the cores' time: where a prober is measured, more than this withheld is the doing of other machines. Measured on two
 * shared cores: 0.1 to 0.8 % in stretches of 10 s while the host was quiet, idle as well as with both cores busy; 2 to 20 % while it was not.
 */
export const mostWithheld = 0.01;

/** What is said of it under a table. */
export const quietRule = `A turn in which the host withheld more than ${100 * mostWithheld} % of the cores' time is taken again, up to ${mostTurns} times, whatever it measured: the first that is quiet counts, else the quietest.`;

/**
 * Measures again while the host withheld more than a share of the machine: how well a prober keeps its time cannot be
 * told while the processor it runs on does not run. Which turn counts depends on that share alone, never on what was measured:
 * the first that is quiet, else the quietest.
 *
 * @param mostShare of the time of all cores, 0 to 1
 * @param clock for tests: core time withheld so far and the time now, ms
 */
export async function quietTurn<T>(take: () => Promise<T>, mostShare: number = mostWithheld, clock = { withheldMs, nowMs: () => performance.now(), cores: availableParallelism() }): Promise<Quiet<T>> {
  const turns: Turn<T>[] = [];
  for (let quiet = false; !quiet && turns.length < mostTurns; ) {
    const [stolen, began] = [clock.withheldMs(), clock.nowMs()];
    const value = await take();
    const now = clock.withheldMs();
    const withheld = stolen === null || now === null ? null : (now - stolen) / ((clock.nowMs() - began) * clock.cores);
    turns.push({ value, withheld });
    quiet = withheld === null || withheld <= mostShare;
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
  return others.length === 0 ? percent(withheld) : `${percent(withheld)} (not counted: ${others.map(percent).join(', ')})`;
}
