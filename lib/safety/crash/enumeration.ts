import { runCase, unharmed } from './crash-case.ts';
import type { Blow, CaseResult, World } from './crash-case.ts';
import type { Strike } from './kill-at.ts';
import type { Point, PointKind } from './points.ts';

/** What became of the cases at one kind of point. */
export interface Tally {
  /** What was struck, and how. */
  what: string;
  kind: PointKind;
  cases: number;
  /** Target as before, nothing left open, a second restorer with nothing to do, audit chain whole. */
  restored: number;
  /** One sentence for each case that was not. */
  broken: string[];
}

/** What an enumeration has come to so far: the tallies, and the keys of the cases that are in them. */
export interface Progress {
  tallies: Tally[];
  done: string[];
}

/** Collects cases by kind of point. */
export interface Tallies {
  add(what: string, point: Point, problems: string[]): void;
  /** Carries a case out (which adds itself), unless an interrupted enumeration has done so already. */
  unlessDone(key: string, work: () => Promise<void>): Promise<void>;
  all(): Tally[];
}

/** `begun`: where an interrupted enumeration had come to; `keep` is given each step of this one. */
export function openTallies(begun: Progress = { tallies: [], done: [] }, keep: (progress: Progress) => void = () => undefined): Tallies {
  const tallies = new Map(begun.tallies.map((tally) => [`${tally.what}|${tally.kind}`, tally]));
  const done = new Set(begun.done);
  const all = (): Tally[] => [...tallies.values()];
  return {
    add: (what, point, problems) => {
      const key = `${what}|${point.kind}`;
      const tally = tallies.get(key) ?? { what, kind: point.kind, cases: 0, restored: 0, broken: [] };
      tallies.set(key, tally);
      tally.cases += 1;
      if (problems.length === 0) tally.restored += 1;
      else tally.broken.push(`${what}, step ${point.step} (${point.kind}, ${point.call} ${point.ordinal}): ${problems.join('; ')}`);
    },
    unlessDone: async (key, work) => {
      if (done.has(key)) return;
      await work();
      done.add(key);
      keep({ tallies: all(), done: [...done] });
    },
    all,
  };
}

/** Whether a process died at the very point that was meant: the same kind of call, with as much behind it. */
function missed(meant: Point, died: Point | null, last: string): string[] {
  return died?.step === meant.step && died.kind === meant.kind ? [] : [`it was to die at step ${meant.step} and died at ${died === null ? `"${last}"` : `step ${died.step}`}`];
}

/** The points of the whole injecting work, by watching it once. @throws Error when it does not even work unharmed */
export async function pointsOfInjecting(world: World): Promise<Point[]> {
  const { injecting, problems } = await runCase(world, unharmed, null);
  if (!injecting.finished || problems.length > 0) throw new Error(`The work does not succeed without a blow: ${[...problems, injecting.errors].join('; ')}`);
  return injecting.passed;
}

/** Kills the process that injects at a point; what is not as it must be. A miss, by a busy machine's whim, is tried again. */
export async function killInjecting(world: World, point: Point): Promise<CaseResult> {
  for (let attempt = 1; ; attempt += 1) {
    const result = await runCase(world, { strike: 'SIGKILL', point }, null);
    const miss = missed(point, result.injecting.at, result.injecting.last);
    if (miss.length === 0 || result.problems.length > 0 || attempt === 3) return { ...result, problems: [...miss, ...result.problems] };
  }
}

/** Kills the process that injects, then a restorer at each of its points. */
export async function killEachRestorer(world: World, first: Point, points: readonly Point[], tallies: Tallies): Promise<void> {
  const blow: Blow = { strike: 'SIGKILL', point: first };
  for (const point of points) {
    await tallies.unlessDone(`${first.step} then ${point.step}`, async () => {
      for (let attempt = 1; ; attempt += 1) {
        const { injecting, restoring, problems } = await runCase(world, blow, { strike: 'SIGKILL', point });
        // Which points a restorer passes depends on how far an orphaned hand has come; that it died, and where, is what is told.
        const alive = restoring === null || restoring.signal !== 'SIGKILL' ? ['the restorer was not killed'] : [];
        const miss = missed(first, injecting.at, injecting.last);
        // As above: a blow that met another point, by a busy machine's whim, is tried again; what it left is judged all the same.
        if (miss.length > 0 && problems.length === 0 && attempt < 3) continue;
        tallies.add('SIGKILL of the process that injects, then of a restorer', restoring?.at ?? point, [...miss, ...alive, ...problems]);
        return;
      }
    });
  }
}

/** The error by which a call fails on a full disk, or on one that fails; null for calls that need no disk. */
export function errorOf(point: Point): Strike {
  if (/^(?:mkdir|openat|writev)$/.test(point.call)) return 'ENOSPC';
  return /^(?:fsync|rename|unlink)$/.test(point.call) ? 'EIO' : null;
}
