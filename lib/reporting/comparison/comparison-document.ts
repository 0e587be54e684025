import { sayInterval, sayMove, sayValue } from '../../judgement/wording.ts';
import { renderDotPlot } from '../charts/dot-plot.ts';
import { renderPhaseStack } from '../charts/phase-stack.ts';
import { renderSideBySide } from '../charts/side-by-side.ts';
import type { Block, Document } from '../document.ts';
import { sayCounts, sayDuration, saySampled } from '../words.ts';
import { availabilityAssumption } from './availability.ts';
import type { CellSide, ComparedCell, Comparison } from './comparison-schema.ts';
import { sayCell, sayEffect } from './pairs.ts';
import { publishedFor } from './published.ts';
import { safeName } from '../../record/safe-name.ts';
import type { Verdict } from '../../record/types.ts';

const words = { different: 'different', equivalent: 'equivalent', 'below-resolution': 'below resolution', 'not-enough-data': 'not enough data', 'not-comparable': 'not comparable' } as const;

/** A side's figures of one cell in a line: median, interval, worst, n. */
function saySide({ n, runs, median, interval, worst, unended, missing }: CellSide): string {
  if (missing !== null) return `none: ${missing}`;
  const many = `n = ${n}${runs === n ? '' : ` in ${runs} run${runs === 1 ? '' : 's'}`}`;
  if (median === null || worst === null) return `${unended} of ${n} had no end; ${many}`;
  return `${sayValue(median, 'ms')}; ${interval === null ? 'no interval' : `95 %: ${sayInterval(interval, 'ms')}`}; worst ${sayValue(worst, 'ms')}; ${many}`;
}

function counts(sides: Comparison['verdicts'][number]['sides']): string[] {
  return sides.map((side) => sayCounts((Object.entries(side) as [Verdict, number][]).flatMap(([verdict, count]) => Array.from({ length: count }, () => ({ verdict })))));
}

function matrix({ sides, cells, verdicts }: Comparison): Block[] {
  const names = sides.map(({ name }) => name);
  return [
    { heading: 'Verdicts by row' },
    { table: { head: ['Row', ...names], rows: verdicts.map((effect) => [sayEffect(effect), ...counts(effect.sides)]) } },
    { heading: 'Measurements side by side' },
    { table: { head: ['Measurement', ...names, 'Conclusion'], rows: cells.map((cell) => [sayCell(cell), ...cell.sides.map(saySide), cell.pairs.map(({ first, second, word }) => `${names.length > 2 ? `${names[first] ?? ''} and ${names[second] ?? ''}: ` : ''}${words[word]}`).join('; ')]) } },
  ];
}

const periodsIn = (cells: readonly ComparedCell[]): number[] => [...new Set(cells.flatMap(({ sides }) => sides.flatMap(({ periodMs }) => periodMs ?? [])))].toSorted((one, other) => one - other);

function dotPlot(cell: ComparedCell, index: number, names: readonly string[]): Block {
  const title = sayCell(cell);
  const svg = renderDotPlot({
    title,
    description: `a dot a ${cell.moves ? 'move' : 'run'}, whiskers: within which its figure lies; ${saySampled(periodsIn([cell]))}; bar: median and its 95 % interval`,
    sides: cell.sides.map(({ figures, median, interval, missing }, side) => ({ name: names[side] ?? '', figures: figures.map(({ lo, hi, run, scenario }) => ({ lo, hi, title: `${run}, ${scenario}` })), median, interval, missing })),
  });
  return { chart: { name: `${String(index + 1).padStart(3, '0')}.${safeName(title)}.svg`, title, svg } };
}

function charts({ sides, cells, phases }: Comparison): Block[] {
  const names = sides.map(({ name }) => name);
  const overview = renderSideBySide({
    title: 'Medians side by side',
    description: `each measurement that both sides have; ${saySampled(periodsIn(cells))}; whiskers: 95 % interval of the median, from 6 runs on`,
    names,
    rows: cells.filter((cell) => cell.sides.every(({ n }) => n > 0)).map((cell) => ({ label: sayCell(cell), medians: cell.sides.map(({ median, interval }) => (median === null ? null : { median, lo: interval?.lo ?? median, hi: interval?.hi ?? median })) })),
  });
  const stack = renderPhaseStack(phases.flatMap((effect) => effect.sides.map((side, index) => ({ id: `${sayEffect(effect)}, ${names[index] ?? ''} (n = ${side.n})`, phases: side.phases, accounts: [] }))), 'Phases of the recoveries, side by side', { periodsMs: periodsIn(cells), mediansOf: phases.reduce((sum, { sides: of }) => sum + of.reduce((ofSide, { n }) => ofSide + n, 0), 0) });
  return [
    ...(overview === null ? [] : [{ heading: 'Medians' }, { chart: { name: 'medians.svg', title: 'Medians side by side', svg: overview } }]),
    ...(stack === null ? [] : [{ heading: 'Phases of the recoveries' }, { text: 'Medians of when each phase was reached since the fault was commanded; a phase that some recovery did not reach is left out.' }, { chart: { name: 'phases.svg', title: 'Phases of the recoveries, side by side', svg: stack } }]),
    { heading: 'Every run' },
    ...cells.filter((cell) => cell.sides.filter(({ n }) => n > 0).length > 1).map((cell, index) => dotPlot(cell, index, names)),
  ];
}

function conditions({ sides, conditions: all, cells }: Comparison): Block[] {
  const head = ['What', ...sides.map(({ name }) => name)];
  const row = ({ what, values }: Comparison['conditions'][number]): string[] => [what, ...values.map((value) => value ?? 'not known')];
  const of = (...kinds: string[]): Comparison['conditions'] => all.filter(({ kind }) => kinds.includes(kind));
  const otherSources = cells.filter(({ sides: ofCell }) => ofCell.every(({ n }) => n > 0) && new Set(ofCell.map(({ sources }) => sources.toSorted().join('; '))).size > 1);
  return [
    { heading: 'Settings that differ' },
    ...(of('setting').every(({ equal }) => equal) ? [{ text: 'None of those that were recorded.' }] : [{ table: { head, rows: of('setting').filter(({ equal }) => !equal).map(row) } }]),
    { heading: 'Unequal or unknown conditions' },
    { table: { head, rows: of('must-be-equal', 'version').filter(({ equal, values }) => !equal || values.includes(null)).map(row) } },
    ...(otherSources.length === 0 ? [] : [{ text: 'Measured in other ways on each side:' }, { table: { head: ['Measurement', ...sides.map(({ name }) => name)], rows: otherSources.map((cell) => [sayCell(cell), ...cell.sides.map(({ sources }) => sources.join('; '))]) } }]),
    { heading: 'Equal conditions' },
    { table: { head, rows: all.filter(({ equal, values }) => equal && !values.includes(null)).map(row) } },
  ];
}

function availability({ sides, availability: guests }: Comparison): Block[] {
  if (guests.length === 0) return [];
  const rows = guests.flatMap(({ guest, rows: ofGuest, perYear, leftOut }) => [
    ...ofGuest.map(({ row, eventsPerYear, median, worst }) => [guest, `${row}, ${eventsPerYear} a year`, ...median.map((value, side) => `${sayDuration(value)} (worst ${sayDuration(worst[side] ?? null)}) each`)]),
    [guest, `all of these${leftOut.length === 0 ? '' : `; without ${leftOut.join(', ')}`}`, ...perYear.map(({ medianMs, worstMs, availability: share, worstAvailability }) => `${sayDuration(medianMs)} a year: ${(share * 100).toFixed(5)} % (worst: ${sayDuration(worstMs)}, ${(worstAvailability * 100).toFixed(5)} %)`)],
  ]);
  return [{ heading: 'Availability, estimated' }, { text: availabilityAssumption }, { table: { head: ['Guest', 'Event', ...sides.map(({ name }) => name)], rows } }];
}

function provenance({ sides, cells, command, tool }: Comparison): Block[] {
  const judged = cells.flatMap(({ pairs }) => pairs).filter(({ shift }) => shift !== null).length;
  return [
    { heading: 'Method' },
    { text: `Cells are paired by row, variant, guest and role of the node. Difference: Hodges-Lehmann shift with the interval that inverts the exact Wilcoxon-Mann-Whitney test, at least 95 %; it takes the shapes of both distributions to be alike. From 6 figures a side on. Median: with its exact interval from order statistics. Resolution: twice the probe period, or the usual width of the figures' own intervals where that is more. Equivalent: the whole interval lies within a margin that was declared. ${judged} comparisons were calculated here: of those between alike sides about one in twenty is called different by chance. Every run is shown and none discarded; figures of one run share its conditions.` },
    { heading: 'Records' },
    { table: { head: ['Side', 'Run', 'Begun', 'Profile', 'Tool', 'SHA-256 of events.jsonl'], rows: sides.flatMap(({ name, runs }) => runs.map(({ environment, run, startedAt, profile, tool: by, eventsSha256 }) => [name, `${environment}/${run}`, startedAt, profile ?? '-', by, eventsSha256 ?? 'no events']) ) } },
    { text: `Made by ${tool}; make it again with:` },
    { command },
  ];
}

/** The figures themselves, every one of them. */
function rawData({ sides, cells }: Comparison): Block[] {
  const rows = cells.flatMap((cell) => cell.sides.flatMap(({ figures, holes }, side) => [
    ...figures.map(({ run, scenario, from, to, lo, hi, verdict }) => [sayCell(cell), sides[side]?.name ?? '', run, scenario, sayMove({ from, to }), sayInterval({ lo, hi }, 'ms'), verdict]),
    ...holes.map(({ run, scenario, verdict, reason }) => [sayCell(cell), sides[side]?.name ?? '', run, scenario, '', `none: ${reason ?? 'not recorded'}`, verdict]),
  ]));
  return [{ heading: 'Every figure' }, { table: { head: ['Measurement', 'Side', 'Run', 'Scenario', 'Move', 'Figure', 'Verdict'], rows } }];
}

/** A comparison as a document for people: what must be known first, the conclusions, then what they rest on. */
export function comparisonDocument(comparison: Comparison): Document {
  const { headline, reservations, cells } = comparison;
  const published = publishedFor(new Set(cells.map(({ row }) => row)));
  return {
    title: headline,
    blocks: [
      ...reservations.map((reservation) => ({ warning: `Reservation: ${reservation}.` })),
      { heading: 'Conclusions' },
      { list: cells.flatMap(({ pairs }) => pairs.map(({ sentence }) => sentence)) },
      ...matrix(comparison),
      ...charts(comparison),
      ...conditions(comparison),
      ...availability(comparison),
      ...(published.length === 0 ? [] : [{ heading: 'Published figures, for context only' }, { table: { head: ['What', 'Figure', 'Source'], rows: published.map(({ what, figure, source }) => [what, figure, source]) } }]),
      ...rawData(comparison),
      ...provenance(comparison),
    ],
  };
}
