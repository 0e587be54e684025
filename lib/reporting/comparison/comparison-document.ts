import { sayInterval, sayMove } from '../../judgement/wording.ts';
import { renderDotPlot } from '../charts/dot-plot.ts';
import { renderSideBySide } from '../charts/side-by-side.ts';
import { stampedDocument } from '../document.ts';
import type { Block, Document } from '../document.ts';
import { sayDuration, saySampled, sayTool } from '../words.ts';
import { availabilityAssumption } from './availability.ts';
import type { ComparedCell, Comparison } from './comparison-schema.ts';
import { matrixBlocks } from './matrix-document.ts';
import { sayCell } from './pairs.ts';
import { phaseConclusions, phaseBlocks } from './phase-document.ts';
import { publishedFor } from './published.ts';
import { gaveNone, periodsIn, sayMany } from './samples.ts';
import { safeName } from '../../record/safe-name.ts';

function dotPlot(cell: ComparedCell, index: number, names: readonly string[]): Block {
  const title = sayCell(cell);
  const svg = renderDotPlot({
    title,
    description: `a dot a ${cell.moves ? 'move' : 'run'}, whiskers: within which its figure lies; ${saySampled(periodsIn([cell]))}; bar: median and its 95 % interval`,
    sides: cell.sides.map(({ figures, median, interval, missing, ...of }, side) => ({ name: names[side] ?? '', note: missing !== null || gaveNone(of) === 0 ? null : `${sayMany({ figures, ...of })}; ${gaveNone(of)} gave none`, figures: figures.map(({ lo, hi, run, scenario }) => ({ lo, hi, title: `${run}, ${scenario}` })), median, interval, missing })),
  });
  return { chart: { name: `${String(index + 1).padStart(3, '0')}.${safeName(title)}.svg`, title, svg } };
}

function charts(comparison: Comparison): Block[] {
  const { sides, cells } = comparison;
  const names = sides.map(({ name }) => name);
  const overview = renderSideBySide({
    title: 'Medians side by side',
    description: `each measurement that both sides have; ${saySampled(periodsIn(cells))}; whiskers: 95 % interval of the median, from 6 runs on`,
    names,
    rows: cells.filter((cell) => cell.sides.every(({ n }) => n > 0)).map((cell) => ({ label: sayCell(cell), medians: cell.sides.map(({ median, interval }) => (median === null ? null : { median, lo: interval?.lo ?? median, hi: interval?.hi ?? median })) })),
  });
  return [
    ...(overview === null ? [] : [{ heading: 'Medians' }, { chart: { name: 'medians.svg', title: 'Medians side by side', svg: overview } }]),
    ...phaseBlocks(comparison),
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
    { table: { head, rows: all.filter(({ kind, equal, values }) => equal && (kind === 'limit' || !values.includes(null))).map(row) } },
  ];
}

/** A share of a year in per cent, never more than it is. */
function sayShare(share: number): string {
  return `${(Math.floor(share * 1e7) / 1e5).toFixed(5)} %`;
}

function availability({ sides, availability: guests }: Comparison): Block[] {
  if (guests.length === 0) return [];
  const rows = guests.flatMap(({ guest, rows: ofGuest, perYear }) => [
    ...ofGuest.map(({ row, eventsPerYear, n, median, worst }) => [guest, `${row}, ${eventsPerYear} a year`, ...median.map((value, side) => `${sayDuration(value)} (worst ${sayDuration(worst[side] ?? null)}) each; n = ${n[side] ?? 0}`)]),
    ...(perYear.length === 0 ? [] : [[guest, 'all of these', ...perYear.map(({ medianMs, worstMs, availability: share, worstAvailability }) => `${sayDuration(medianMs)} a year: ${sayShare(share)} (worst: ${sayDuration(worstMs)}, ${sayShare(worstAvailability)})`)]]),
  ]);
  const leftOut = guests.flatMap(({ guest, leftOut: names, because }) => names.map((row, index) => `${row} of ${guest} is left out: ${(because[index] ?? '').replace(/\.$/, '')}.`));
  return [{ heading: 'Availability, estimated' }, { text: availabilityAssumption }, { table: { head: ['Guest', 'Event', ...sides.map(({ name }) => name)], rows } }, { list: leftOut }];
}

function provenance({ sides, cells, phases, command, tool }: Comparison): Block[] {
  const judged = [...cells, ...phases].flatMap(({ pairs }): { shift: unknown }[] => pairs).filter(({ shift }) => shift !== null).length;
  return [
    { heading: 'Method' },
    { text: `Cells are paired by row, variant, guest and role of the node. Difference: Hodges-Lehmann shift with the interval that inverts the exact Wilcoxon-Mann-Whitney test, at least 95 %; it takes the shapes of both distributions to be alike. From 6 figures a side on. Median: with its exact interval from order statistics. Resolution: twice the probe period, or the usual width of the figures' own intervals where that is more. Equivalent: the whole interval lies within a margin that was declared. ${judged} comparisons were calculated here: of those between alike sides about one in twenty is called different by chance. Every run is shown and none discarded; figures of one run share its conditions.` },
    { heading: 'Records' },
    { table: { head: ['Side', 'Run', 'Begun', 'Profile', 'Tool', 'SHA-256 of events.jsonl', 'SHA-256 of verdicts.json'], rows: sides.flatMap(({ name, runs }) => runs.map(({ environment, run, startedAt, profile, eventsSha256, verdictsSha256, ...by }) => [name, `${environment}/${run}`, startedAt, profile ?? '-', sayTool(by), eventsSha256 ?? 'no events', verdictsSha256 ?? 'not on disk']))  } },
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

/**
 * A comparison as a document for people: what must be known first, the conclusions, then what they rest on.
 *
 * @param strips what `lossStripBlocks` read from the records; none where they are not at hand.
 */
export function comparisonDocument(comparison: Comparison, strips: readonly Block[] = []): Document {
  const { headline, reservations, cells } = comparison;
  const published = publishedFor(new Set(cells.map(({ row }) => row)));
  const document: Document = {
    title: headline,
    blocks: [
      ...reservations.map((reservation) => ({ warning: `Reservation: ${reservation}.` })),
      { heading: 'Conclusions' },
      { list: [...phaseConclusions(comparison), ...cells.flatMap(({ pairs }) => pairs.map(({ sentence }) => sentence))] },
      ...matrixBlocks(comparison),
      ...charts(comparison),
      ...strips,
      ...conditions(comparison),
      ...availability(comparison),
      ...(published.length === 0 ? [] : [{ heading: 'Published figures, for context only' }, { table: { head: ['What', 'Figure', 'Source'], rows: published.map(({ what, figure, source }) => [what, figure, source]) } }]),
      ...rawData(comparison),
      ...provenance(comparison),
    ],
  };
  return comparison.sides.some(({ runs }) => runs.some(({ simulated }) => simulated)) ? stampedDocument(document) : document;
}
