import { sayInterval, sayValue } from '../../judgement/wording.ts';
import { safeName } from '../../record/safe-name.ts';
import { renderTrend } from '../charts/trend.ts';
import { sayCell, sayEffect } from '../comparison/pairs.ts';
import { stampedDocument } from '../document.ts';
import type { Block, Document } from '../document.ts';
import { verdictWords } from '../words.ts';
import type { History, HistoryChange, HistorySeries } from './history-schema.ts';

/** Runs whose verdicts are shown as marks, the newest. */
const shownVerdicts = 40;

function label({ shift, run }: HistoryChange): string {
  return `${shift.estimate > 0 ? '+' : '-'}${sayValue(Math.abs(shift.estimate), 'ms')} since ${run}`;
}

function trend(series: HistorySeries, index: number): Block {
  const title = sayCell(series);
  const svg = renderTrend({
    title,
    description: `a dot a run, whiskers: within which its figure lies; ${series.changes.length > 0 ? 'bars: medians before and after a change' : (series.tooShort ?? 'no change found')}; smallest change that can be told: ${sayValue(series.resolution, 'ms')}`,
    points: series.points,
    changes: series.changes.map((change) => ({ run: change.run, label: label(change), medians: change.medians })),
    limit: series.limit,
  });
  return { chart: { name: `${String(index + 1).padStart(3, '0')}.${safeName(title)}.svg`, title, svg } };
}

/** Changed measurements first, then those with most runs. */
function inOrder(series: readonly HistorySeries[]): HistorySeries[] {
  return series.toSorted((left, right) => Number(right.changes.length > 0) - Number(left.changes.length > 0) || right.points.length - left.points.length);
}

function verdictRows({ outcomes }: History): string[][] {
  return outcomes.map((outcome) => {
    const count = (verdict: string): string => String(outcome.verdicts.filter((one) => one.verdict === verdict).length);
    return [sayEffect(outcome), outcome.verdicts.slice(-shownVerdicts).map(({ verdict }) => verdictWords[verdict].mark).join(''), count('pass'), count('fail'), count('inconclusive'), count('blocked')];
  });
}

/** A history as a document for people: what got worse, what got better, then trends and verdicts. */
export function historyDocument(history: History): Document {
  const changes = history.series.flatMap((series) => series.changes);
  const worse = [...changes.filter(({ regression, latest, known }) => regression && latest && known === null).map(({ sentence }) => sentence), ...history.outcomes.flatMap(({ failingSince }) => (failingSince !== null && failingSince.known === null ? [failingSince.sentence] : []))];
  const known = [...changes.filter((change) => change.known !== null).map(({ sentence }) => sentence), ...history.outcomes.flatMap(({ failingSince }) => (failingSince !== null && failingSince.known !== null ? [failingSince.sentence] : []))];
  const better = changes.filter(({ regression, latest }) => !regression && latest).map(({ sentence }) => sentence);
  const past = changes.filter(({ latest }) => !latest).map(({ sentence }) => sentence);
  const lists: [string, string[]][] = [['Regressions', worse], ['Known issues', known], ['Improvements', better], ['Earlier changes', past]];
  const document: Document = {
    title: history.headline,
    blocks: [
      ...history.reservations.map((reservation) => ({ warning: `Reservation: ${reservation}.` })),
      ...lists.filter(([heading, list]) => heading === 'Regressions' || list.length > 0).flatMap(([heading, list]): Block[] => [{ heading }, list.length === 0 ? { text: 'None was found.' } : { list }]),
      { heading: 'Verdicts' },
      { text: `Oldest to newest, the last ${shownVerdicts} runs of each: ${Object.values(verdictWords).map(({ mark, word }) => `${mark} ${word}`).join(', ')}.` },
      { table: { head: ['Row', 'Runs', 'Pass', 'Fail', 'Inconclusive', 'Blocked'], rows: verdictRows(history) } },
      { heading: 'Trends' },
      ...inOrder(history.series).map(trend),
      { heading: 'Method' },
      { text: "A run is one point of a measurement: the median where it measured more than once. A change of level is looked for with Pettitt's rank test, its probability by permutation, with Holm's rule over all measurements together at 5 %, at least 6 runs before and after. It counts only where the 95 % interval of the Hodges-Lehmann shift leaves zero out and the shift is at least what the figures can tell. Runs are taken not to depend on each other." },
      { heading: 'Runs' },
      { table: { head: ['Run', 'Begun', 'Verdict', 'Tool', 'Versions'], rows: history.runs.toReversed().map(({ run, at, verdict, tool, versions }) => [run, at, verdictWords[verdict].word, tool, Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(', ')]) } },
      { heading: 'Every figure' },
      { table: { head: ['Measurement', 'Run', 'Figure', 'Figures of the run'], rows: history.series.flatMap((series) => series.points.map(({ run, lo, hi, figures }) => [sayCell(series), run, sayInterval({ lo, hi }, 'ms'), String(figures)])) } },
    ],
  };
  return history.runs.some(({ simulated }) => simulated) ? stampedDocument(document) : document;
}
