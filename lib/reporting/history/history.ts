import type { JudgedRun } from '../judged-run.ts';
import { changesOf, tooShort } from './changes.ts';
import type { History, HistorySeries } from './history-schema.ts';
import { isExpired } from './known-issue.ts';
import type { DeclaredIssue } from './known-issue.ts';
import { outcomesOf } from './outcomes.ts';
import { saySeries, seriesOf } from './series.ts';
import { isUnended, sayUnended } from './unended.ts';

export interface HistoryOptions {
  environment: string;
  issues: readonly DeclaredIssue[];
  /** The day on which issues are or are not expired, `YYYY-MM-DD`, UTC. */
  today: string;
  tool: string;
  /** Runs that could not be read, each with why. */
  unreadable: readonly string[];
}

/** A level that changes more often than this is no level: the runs depend on each other, or the measurement drifts. */
const mostChanges = 3;

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/** Runs in order of time; those against a simulated cluster only where there are no others: they tell nothing about the real one. */
function runsInOrder(records: readonly JudgedRun[]): { runs: JudgedRun[]; leftOut: number } {
  const ordered = records.toSorted((left, right) => left.description.anchor.wall.localeCompare(right.description.anchor.wall));
  const real = ordered.filter(({ description }) => !description.simulated);
  return real.length === 0 ? { runs: ordered, leftOut: 0 } : { runs: real, leftOut: ordered.length - real.length };
}

function tooFew(series: readonly HistorySeries[]): string[] {
  const few = series.filter((one) => one.tooShort !== null).length;
  return few === 0 ? [] : [`${few} of ${plural(series.length, 'measurement')} ${few === 1 ? 'has' : 'have'} too few runs for a change to be found`];
}

function restless(series: readonly HistorySeries[]): string[] {
  const names = series.filter((one) => one.changes.length > mostChanges).map(saySeries);
  return names.length === 0 ? [] : [`the level of ${plural(names.length, 'measurement')} changed more than ${mostChanges} times (${names.slice(0, 3).join('; ')}${names.length > 3 ? '; ...' : ''}): it drifts, or runs depend on each other, and its changes are to be taken with care`];
}

/** What became of an environment over its runs: trends, changes against its own past, what fails that passed before, and what is no longer established. */
export function historyOf(records: readonly JudgedRun[], { environment, issues, today, tool, unreadable }: HistoryOptions): History {
  const { runs, leftOut } = runsInOrder(records);
  const unended = new Set(runs.filter(isUnended));
  const all = seriesOf(runs.filter((run) => !unended.has(run)));
  const { changes, standing, possible, reservations } = changesOf(all, { issues, today });
  const series = all.map((one, index) => ({ ...one.key, limit: one.limit, limitFrom: one.limitFrom, resolution: one.resolution, periodsMs: one.periodsMs, points: one.points.map(({ point }) => point), changes: changes[index] ?? [], standing: standing[index] ?? null, tooShort: tooShort(one) }));
  const outcomes = outcomesOf(runs, unended, { issues, today });
  const latest = series.flatMap((one) => one.changes).filter((change) => change.latest);
  const [failing, gone] = [outcomes.flatMap(({ failingSince }) => failingSince ?? []), outcomes.flatMap(({ notEstablishedSince }) => notEstablishedSince ?? [])];
  const still = series.flatMap((one) => one.standing ?? []);
  const worse = [...latest.filter(({ regression }) => regression), ...still, ...failing, ...gone];
  const regressions = worse.filter(({ known }) => known === null).length;
  const better = latest.filter(({ regression }) => !regression).length;
  const known = series.flatMap((one) => one.changes).filter((change) => change.known !== null).length + [...still, ...failing, ...gone].filter((finding) => finding.known !== null).length;
  const never = outcomes.filter(({ neverPassed }) => neverPassed !== null).length;
  return {
    schema: 1,
    tool,
    environment,
    headline: `${environment}: ${plural(regressions, 'regression')}, ${plural(better, 'improvement')}, ${known} known, over ${plural(runs.length, 'run')}${gone.length === 0 ? '' : `; ${plural(gone.length, 'row')} no longer established`}${never === 0 ? '' : `; ${plural(never, 'row')} never passed`}`,
    reservations: [
      ...unreadable,
      ...(leftOut > 0 ? [`${plural(leftOut, 'run')} against a simulated cluster ${leftOut === 1 ? 'is' : 'are'} left out: a simulation tells nothing about the real one`] : []),
      ...(runs.some(({ description }) => description.simulated) ? ['all of the runs were made against a simulated cluster'] : []),
      ...sayUnended([...unended]),
      ...tooFew(series),
      ...reservations,
      ...restless(series),
      ...issues.filter((issue) => isExpired(issue, today)).map(({ row, reason, until }) => `the known issue of ${row} (${reason}) expired on ${until} and covers nothing any more`),
    ],
    runs: runs.map((one) => ({ ...one, unended: unended.has(one) })).map(({ description, verdicts, unended: hasNoEnd }) => ({ run: description.run, at: description.anchor.wall, verdict: verdicts.verdict, tool: description.tool, ...(verdicts.derivedBy === undefined ? {} : { derivedBy: verdicts.derivedBy }), simulated: description.simulated, ...(hasNoEnd ? { unended: true as const } : {}), versions: description.cluster?.versions ?? {} })),
    regressions,
    possible,
    outcomes,
    series,
  };
}
