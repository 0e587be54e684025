import { sayInterval, sayValue } from '../../judgement/wording.ts';
import { safeName } from '../../record/safe-name.ts';
import { renderTrend } from '../charts/trend.ts';
import { sayEffect } from '../comparison/pairs.ts';
import { stampedDocument } from '../document.ts';
import type { Block, Document } from '../document.ts';
import type { Verdict } from '../../record/types.ts';
import { saySampled, sayTool, verdictWords } from '../words.ts';
import type { History, HistoryChange, HistorySeries } from './history-schema.ts';
import { saySeries } from './series.ts';

const possibleHeading = 'Possible changes';
const possibleText = 'Each stands out of the measurements of its own row and guest, but not of all that were looked at together; some such are to be expected by chance, and none counts as a regression.';

/** Runs whose verdicts are shown as marks, the newest. */
const shownVerdicts = 40;

function label({ shift, run }: HistoryChange): string {
  return `${shift.estimate > 0 ? '+' : '-'}${sayValue(Math.abs(shift.estimate), 'ms')} since ${run}`;
}

function trend(series: HistorySeries, index: number): Block {
  const title = saySeries(series);
  const several = series.points.some(({ figures }) => figures > 1);
  const svg = renderTrend({
    title,
    description: `a dot a run${several ? ', the median of its figures' : ''}, whiskers: within which ${several ? 'that median' : 'its figure'} lies; ${saySampled(series.periodsMs)}; ${series.changes.length > 0 ? 'bars: medians before and after a change' : (series.tooShort ?? 'no change found')}; changes are told from ${sayValue(series.resolution, 'ms')} on`,
    points: series.points,
    changes: series.changes.map((change) => ({ run: change.run, label: label(change), medians: change.medians })),
    limit: series.limit,
    limitWord: series.limitFrom === 'default' ? 'default limit' : 'limit',
  });
  return { chart: { name: `${String(index + 1).padStart(3, '0')}.${safeName(title)}.svg`, title, svg } };
}

/** What has a chart: single moves only where they changed otherwise than all of them. */
function charted(series: readonly HistorySeries[]): HistorySeries[] {
  return series.filter(({ way, changes, standing }) => way === null || changes.length > 0 || standing !== null);
}

/** Changed measurements first, then those with most runs. */
function inOrder(series: readonly HistorySeries[]): HistorySeries[] {
  return series.toSorted((left, right) => Number(right.changes.length > 0) - Number(left.changes.length > 0) || right.points.length - left.points.length);
}

/** A run that left the row out. */
const gap = '·';

function verdictRows({ outcomes, runs }: History): string[][] {
  const shown = runs.slice(-shownVerdicts);
  return outcomes.map((outcome) => {
    const byRun = new Map(outcome.verdicts.map(({ run, verdict }) => [run, verdict]));
    const mark = ({ run }: { run: string }): string => {
      const verdict = byRun.get(run);
      return verdict === undefined ? gap : verdictWords[verdict].mark;
    };
    const count = (verdict: string): string => String(outcome.verdicts.filter((one) => one.verdict === verdict).length);
    return [sayEffect(outcome), shown.map(mark).join(''), ...(Object.keys(verdictWords) as Verdict[]).map(count), String(runs.length - outcome.verdicts.length)];
  });
}

/** A history as a document for people: what got worse, what got better, then trends and verdicts. */
export function historyDocument(history: History): Document {
  const changes = history.series.flatMap((series) => series.changes);
  const standing = history.series.flatMap((series) => series.standing ?? []);
  const findings = history.outcomes.flatMap(({ failingSince, notEstablishedSince }) => [failingSince, notEstablishedSince]).flatMap((finding) => finding ?? []);
  const say = (list: readonly { sentence: string }[]): string[] => list.map(({ sentence }) => sentence);
  const worse = say([...changes.filter(({ regression, latest, known }) => regression && latest && known === null), ...[...standing, ...findings].filter(({ known }) => known === null)]);
  const known = say([...changes, ...standing, ...findings].filter((finding) => finding.known !== null));
  const better = say(changes.filter(({ regression, latest }) => !regression && latest));
  const past = say(changes.filter(({ latest }) => !latest));
  const lists: [string, string[]][] = [['Regressions', worse], ['Known issues', known], ['Never passed', history.outcomes.flatMap(({ neverPassed }) => neverPassed ?? [])], ['Improvements', better], [possibleHeading, history.possible], ['Earlier changes', past]];
  const document: Document = {
    title: history.headline,
    blocks: [
      ...history.reservations.map((reservation) => ({ warning: `Reservation: ${reservation}.` })),
      ...lists.filter(([heading, list]) => heading === 'Regressions' || list.length > 0).flatMap(([heading, list]): Block[] => [{ heading }, ...(heading === possibleHeading ? [{ text: possibleText }] : []), list.length === 0 ? { text: 'None was found.' } : { list }]),
      { heading: 'Verdicts' },
      { text: `Oldest to newest, the last ${shownVerdicts} runs of each: ${Object.values(verdictWords).map(({ mark, word }) => `${mark} ${word}`).join(', ')}, ${gap} not run.` },
      { table: { head: ['Row', 'Runs', 'Pass', 'Fail', 'Inconclusive', 'Blocked', 'Not applicable', 'Not run'], rows: verdictRows(history) } },
      { heading: 'Trends' },
      ...inOrder(charted(history.series)).map(trend),
      { heading: 'Method' },
      { text: "A run is one point of a measurement: the median where it measured more than once; where it makes several moves, each of them is looked at by itself as well, and told and drawn where it changed otherwise than all of them. A change of level is looked for with Pettitt's rank test, its probability by permutation and, where it is low, by exact counts; over all measurements together by the rule of Benjamini and Hochberg at 5 %; at least 6 runs before and after. It counts only where the 95 % interval of the Hodges-Lehmann shift leaves zero out and the shift is at least what the figures can tell, each change between the levels next to it. A figure more than twice as wide as is usual there (a prober that was blind or sampled coarsely) counts in that interval with either of its ends. The newest level is held against the lowest before it as well. Runs that have no end are left out. Runs are taken not to depend on each other. A row is no longer established when the newest run that passed or failed it was followed by runs that did neither; where it was left out by all of them, from three on and more than ever before in a row." },
      { heading: 'Runs' },
      { table: { head: ['Run', 'Begun', 'Verdict', 'Tool', 'Versions'], rows: history.runs.toReversed().map(({ run, at, verdict, versions, unended, ...by }) => [run, at, `${verdictWords[verdict].word}${unended === undefined ? '' : ', no end'}`, sayTool(by), Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(', ')]) } },
      { heading: 'Every figure' },
      { table: { head: ['Measurement', 'Run', 'Figure', 'Figures of the run'], rows: charted(history.series).flatMap((series) => series.points.map(({ run, lo, hi, figures }) => [saySeries(series), run, sayInterval({ lo, hi }, 'ms'), String(figures)])) } },
    ],
  };
  return history.runs.some(({ simulated }) => simulated) ? stampedDocument(document) : document;
}
