import { sayCell } from '../comparison/pairs.ts';
import type { JudgedRun } from '../judged-run.ts';
import { changesOf, tooShort } from './changes.ts';
import type { History } from './history-schema.ts';
import { isExpired } from './known-issue.ts';
import type { DeclaredIssue } from './known-issue.ts';
import { outcomesOf } from './outcomes.ts';
import { seriesOf } from './series.ts';

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

/** What became of an environment over its runs: trends, changes against its own past, and what fails that passed before. */
export function historyOf(records: readonly JudgedRun[], { environment, issues, today, tool, unreadable }: HistoryOptions): History {
  const runs = records.toSorted((left, right) => left.description.anchor.wall.localeCompare(right.description.anchor.wall));
  const all = seriesOf(runs);
  const changes = changesOf(all, { issues, today });
  const series = all.map((one, index) => ({ ...one.key, limit: one.limit, resolution: one.resolution, points: one.points.map(({ point }) => point), changes: changes[index] ?? [], tooShort: tooShort(one) }));
  const outcomes = outcomesOf(runs, issues, today);
  const regressed = series.flatMap((one) => one.changes).filter(({ regression, latest, known }) => regression && latest && known === null);
  const failing = outcomes.flatMap(({ failingSince }) => failingSince ?? []).filter(({ known }) => known === null);
  const better = series.flatMap((one) => one.changes).filter(({ regression, latest }) => !regression && latest).length;
  const known = series.flatMap((one) => one.changes).filter((change) => change.known !== null).length + outcomes.filter(({ failingSince }) => (failingSince?.known ?? null) !== null).length;
  const simulated = runs.filter(({ description }) => description.simulated).length;
  const judged = series.filter((one) => one.tooShort === null).length;
  const restless = series.filter((one) => one.changes.length > mostChanges).map(sayCell);
  return {
    schema: 1,
    tool,
    environment,
    headline: `${environment}: ${plural(regressed.length + failing.length, 'regression')}, ${plural(better, 'improvement')}, ${known} known, over ${plural(runs.length, 'run')}`,
    reservations: [
      ...unreadable,
      ...(simulated > 0 ? [`${simulated === runs.length ? 'all' : simulated} of the runs were made against a simulated cluster`] : []),
      ...(judged < series.length ? [`${series.length - judged} of ${plural(series.length, 'measurement')} have too few runs for a change to be found`] : []),
      ...(restless.length > 0 ? [`the level of ${plural(restless.length, 'measurement')} changed more than ${mostChanges} times (${restless.slice(0, 3).join('; ')}${restless.length > 3 ? '; ...' : ''}): it drifts, or runs depend on each other, and its changes are to be taken with care`] : []),
      ...issues.filter((issue) => isExpired(issue, today)).map(({ row, reason, until }) => `the known issue of ${row} (${reason}) expired on ${until} and covers nothing any more`),
    ],
    runs: runs.map(({ description, verdicts }) => ({ run: description.run, at: description.anchor.wall, verdict: verdicts.verdict, tool: description.tool, simulated: description.simulated, versions: description.cluster?.versions ?? {} })),
    regressions: regressed.length + failing.length,
    outcomes,
    series,
  };
}
