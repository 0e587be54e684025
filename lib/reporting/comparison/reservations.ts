import { leastFigures } from '../../judgement/difference.ts';
import type { DifferenceWord } from '../../judgement/difference.ts';
import type { ComparedCell, ComparedPhases, ComparedSide, Condition } from './comparison-schema.ts';
import { judgingVersion } from './conditions.ts';
import { sayCell } from './pairs.ts';
import { profileReservations } from './profile.ts';
import { gaveNone } from './samples.ts';
import { identityOf, settingsOf } from './side.ts';
import type { Side } from './side.ts';
import { unlikeMoves } from './unlike-moves.ts';
import type { JudgedRun } from '../judged-run.ts';

/** Names of the runs, of all sides, that something holds for. */
function runsWith(sides: readonly Side[], holds: (run: JudgedRun) => boolean): string[] {
  return sides.flatMap(({ runs }) => runs.filter(holds).map(identityOf));
}

/** Limits that did not judge all runs alike. */
export function unequalLimits(conditions: readonly Condition[]): Condition[] {
  return conditions.filter(({ kind, equal }) => kind === 'limit' && !equal);
}

/** Of many names the first ones, and how many more there are. */
function sayNames(names: readonly string[]): string {
  const shown = names.length > 6 ? 3 : names.length;
  return `${names.slice(0, shown).join(', ')}${shown < names.length ? ` and ${names.length - shown} more` : ''}`;
}

function conditionReservations(sides: readonly Side[], conditions: readonly Condition[]): string[] {
  const unequal = conditions.filter(({ kind, what, values, equal, mixed }) => kind === 'must-be-equal' && !equal && (mixed || (what !== 'platform' && !values.includes(null))));
  const mixedVersions = conditions.filter(({ kind }) => kind === 'version').filter(({ what }) => sides.some(({ runs }) => new Set(runs.map(({ description }) => description.cluster?.versions[what])).size > 1));
  const say = ({ what, values }: Condition): string => `${what} is not the same: ${values.map((value, index) => `${value ?? 'unknown'} (${sides[index]?.name ?? ''})`).join(', ')}`;
  return [
    ...unequal.map((condition) => `${say(condition)}${condition.what === judgingVersion ? ': they may judge otherwise; "report" of all these runs makes one version judge them' : ''}`),
    ...unequalLimits(conditions).map((limit) => `${say(limit)}: its verdicts cannot be held against each other, only its figures`),
    ...mixedVersions.map(({ what }) => `the version of ${what} changed between runs of one side`),
  ];
}

/** Where scenarios that were to give a figure gave none: of each row and side, the measurement that lacks most. */
function missingFigures(sides: readonly Side[], cells: readonly ComparedCell[]): string[] {
  const worst = new Map<string, { without: number; sentence: string }>();
  for (const cell of cells.filter(({ sides: ofCell }) => ofCell.filter(({ n }) => n > 0).length > 1)) {
    for (const [index, side] of cell.sides.entries()) {
      const without = gaveNone(side);
      const key = JSON.stringify([cell.row, cell.variant, cell.guest, cell.role, index]);
      if (side.n === 0 || without <= (worst.get(key)?.without ?? 0)) continue;
      const scenarios = without + new Set(side.figures.map(({ run, scenario }) => `${run} ${scenario}`)).size;
      const verdicts = (['pass', 'fail', 'inconclusive', 'blocked'] as const).map((verdict) => [side.holes.filter((hole) => hole.verdict === verdict).length, verdict] as const).filter(([count]) => count > 0);
      worst.set(key, { without, sentence: `${without} of ${scenarios} on ${sides[index]?.name ?? ''} gave no figure of ${sayCell(cell)} (${verdicts.map(([count, verdict]) => `${count} ${verdict}`).join(', ')}): what is said about it rests on the others` });
    }
  }
  return [...worst.values()].map(({ sentence }) => sentence);
}

/** Conclusions about figures of so few runs that what the figures share may be what is told. */
function fewRuns(sides: readonly Side[], cells: readonly ComparedCell[], phases: readonly ComparedPhases[]): string[] {
  const drawn = new Set<DifferenceWord>(['different', 'equivalent', 'below-resolution']);
  const runsOf = [...cells.flatMap((cell) => cell.pairs.map((pair) => ({ ...pair, runs: cell.sides.map(({ runs }) => runs) }))), ...phases.flatMap((effect) => effect.pairs.map((pair) => ({ ...pair, runs: effect.sides.map(({ runs }) => runs) })))];
  const concluded = runsOf.filter(({ word }) => drawn.has(word)).map(({ first, second, runs }) => [first, second].map((index) => ({ name: sides[index]?.name ?? '', runs: runs[index] ?? 0 })));
  const few = concluded.filter((both) => both.some(({ runs }) => runs < leastFigures));
  const fewest = few.toSorted((one, other) => Math.min(...one.map(({ runs }) => runs)) - Math.min(...other.map(({ runs }) => runs)))[0];
  return fewest === undefined ? [] : [`${few.length} of ${concluded.length} conclusion${concluded.length === 1 ? '' : 's'} rest${few.length === 1 ? 's' : ''} on fewer than ${leastFigures} runs of a side (${fewest.map(({ name, runs }) => `${runs} of ${name}`).join(', ')}): figures of one run share its conditions, so that intervals are narrower than they should be`];
}

/** From this share of all couples of runs on, those of one side are taken to come before those of the other. */
const earlierShare = 0.9;

/** Sides whose runs follow each other in time: what else changed meanwhile is in the difference. */
function notInterleaved(described: readonly ComparedSide[]): string[] {
  return described.flatMap((second, index) => described.slice(0, index).flatMap((first) => {
    const couples = first.runs.flatMap(({ startedAt }) => second.runs.map((other) => Math.sign(Date.parse(other.startedAt) - Date.parse(startedAt))));
    const share = couples.reduce((sum, order) => sum + (order + 1) / 2, 0) / couples.length;
    const [earlier, later] = share >= earlierShare ? [first, second] : share <= 1 - earlierShare ? [second, first] : [];
    return earlier === undefined || later === undefined ? [] : [`the runs of ${earlier.name} were made before those of ${later.name} and not in turns: what else changed meanwhile is in the difference`];
  }));
}

interface Found {
  described: readonly ComparedSide[];
  conditions: readonly Condition[];
  cells: readonly ComparedCell[];
  phases: readonly ComparedPhases[];
}

/** What a reader must know before any figure: as sentences, the gravest first. */
export function reservationsOf(sides: readonly Side[], { described, conditions, cells, phases }: Found): string[] {
  const unknown = [...new Set(conditions.filter(({ kind, what, values }) => kind === 'must-be-equal' && / of guest /.test(what) && values.includes(null)).map(({ what }) => what.replace(/^.* of guest /, '')))];
  const incomplete = runsWith(sides, ({ verdicts }) => verdicts.incomplete);
  const eventless = described.flatMap(({ runs }) => runs.filter(({ eventsSha256 }) => eventsSha256 === null).map(({ environment, run }) => `${environment}/${run}`));
  const copied = sides.flatMap((side) => side.copied);
  const untold = runsWith(sides, (run) => settingsOf(run) === null);
  return [
    ...(sides.some(({ runs }) => runs.some(({ description }) => description.simulated)) ? ['the clusters are simulated: this proves nothing about real ones'] : []),
    ...sides.flatMap(({ runs }) => runs.flatMap(({ contradicted }) => contradicted ?? [])),
    ...missingFigures(sides, cells),
    ...conditionReservations(sides, conditions),
    ...profileReservations(sides),
    ...(eventless.length > 0 ? [`${sayNames(eventless)} ${eventless.length === 1 ? 'has' : 'have'} no events: nothing recorded stands behind ${eventless.length === 1 ? 'its' : 'their'} figures but verdicts.json`] : []),
    ...(copied.length > 0 ? [`several copies of ${sayNames(copied)} were given: each run counts once, as the copy that was named first tells it`] : []),
    ...fewRuns(sides, cells, phases),
    ...unlikeMoves(described, cells),
    ...notInterleaved(described),
    ...(untold.length > 0 ? [`with which settings ${sayNames(untold)} ${untold.length === 1 ? 'was' : 'were'} made is not known`] : []),
    ...(incomplete.length > 0 ? [`${incomplete.length === 1 ? 'the record of' : 'the records of'} ${sayNames(incomplete)} ${incomplete.length === 1 ? 'is' : 'are'} incomplete`] : []),
    ...(unknown.length > 0 ? [`whether ${unknown.join(', ')} ${unknown.length === 1 ? 'is the same guest' : 'are the same guests'} everywhere is not known: declare image, vcpus, memory, nic and load under guests[].machine of every environment file`] : []),
  ];
}
