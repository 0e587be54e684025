import { sayInterval, sayMove, sayValue } from '../../judgement/wording.ts';
import { safeName } from '../../record/safe-name.ts';
import { renderLossStrips } from '../charts/loss-strips.ts';
import type { StripRow, StripSide } from '../charts/loss-strips.ts';
import { originKinds, originWords } from '../charts/strip-origin.ts';
import type { Origin } from '../charts/strip-origin.ts';
import type { Block } from '../document.ts';
import { saySampled, verdictWords } from '../words.ts';
import type { CellFigure, CellSide, ComparedCell, Comparison } from './comparison-schema.ts';
import { sayCell } from './pairs.ts';
import { readStrips } from './read-strips.ts';
import type { ReadStrip, WantedStrip } from './read-strips.ts';
import { periodsIn } from './samples.ts';
import type { Side } from './side.ts';

/** So many runs of a side are drawn: with two sides a chart of two screens. */
const mostDrawn = 30;

interface Chosen {
  figure: CellFigure;
  wanted: WantedStrip;
}

interface ChosenSide {
  name: string;
  /** The runs with several rows, drawn or not. */
  several: ReadonlySet<string>;
  drawn: readonly Chosen[];
  holes: CellSide['holes'];
  leftOut: string | null;
}

/** The figures of a side that are drawn, in their order: of too many, those with the longest outages. */
function chooseFrom(cell: ComparedCell, { figures, holes, missing }: CellSide, name: string): ChosenSide {
  const seen = new Map<string, number>();
  const all = figures.map((figure): Chosen => {
    const scenario = `${figure.run} ${figure.scenario}`;
    const place = seen.get(scenario) ?? 0;
    seen.set(scenario, place + 1);
    return { figure, wanted: { cell, figure, place } };
  });
  const longest = all.toSorted((one, other) => (other.figure.hi ?? Number.POSITIVE_INFINITY) - (one.figure.hi ?? Number.POSITIVE_INFINITY)).slice(0, mostDrawn);
  const drawnHoles = holes.slice(0, mostDrawn - longest.length);
  const [more, moreHoles] = [all.length - longest.length, holes.length - drawnHoles.length];
  const left = [...(more === 0 ? [] : [`${more} with the shortest outages`]), ...(moreHoles === 0 ? [] : [`${moreHoles} without a figure`])];
  const runs = [...figures, ...holes].map(({ run }) => run);
  const several = new Set(runs.filter((run, index) => runs.indexOf(run) !== index));
  return { name, several, drawn: all.filter((one) => longest.includes(one)), holes: drawnHoles, leftOut: left.length > 0 ? `${name}: ${more + moreHoles} of ${all.length + holes.length} are not drawn: ${left.join(', ')}` : all.length + holes.length === 0 ? `${name}: no figure: ${missing ?? ''}` : null };
}

/** Which run, and which scenario and move where one run has several. */
function labelsOf({ name, several }: ChosenSide): (of: Pick<CellFigure, 'run' | 'scenario'> & Partial<Pick<CellFigure, 'from' | 'to'>>) => string[] {
  return ({ run, scenario, from = null, to = null }) => {
    const own = run.startsWith(`${name}/`) ? run : `${name}: ${run}`;
    const move = sayMove({ from, to });
    return several.has(run) ? [own, `${scenario}${move === '' ? '' : `, ${move}`}`] : [own];
  };
}

function rowsOf(side: ChosenSide, read: ReadonlyMap<WantedStrip, ReadStrip>, kind: Origin['kind']): StripRow[] {
  const labelOf = labelsOf(side);
  const figures = side.drawn.map(({ figure, wanted }): StripRow => {
    const found = read.get(wanted) ?? { missing: 'it was not read' };
    const title = `${figure.run}, ${figure.scenario}: outage ${sayInterval(figure, 'ms')}`;
    if ('missing' in found) return { label: labelOf(figure), title, strip: found };
    const { sent, lost, late } = found.strip.counts;
    return { label: labelOf(figure), title: `${title}; of ${sent} probes ${lost} lost, ${late} late`, strip: found.origin === kind ? found.strip : { missing: `its record does not tell when ${originWords[kind]}` } };
  });
  return [...figures, ...side.holes.map((hole): StripRow => ({ label: labelOf(hole), title: `${hole.run}, ${hole.scenario}`, strip: { missing: `no figure, ${verdictWords[hole.verdict].word}: ${hole.reason ?? 'not recorded'}` } }))];
}

/** What the strips of a side add up to, for those who do not see them. */
function saySums({ name, rows, leftOut }: StripSide): string {
  const strips = rows.flatMap(({ strip }) => ('missing' in strip ? [] : [strip]));
  const sum = (of: (strip: (typeof strips)[number]) => number): number => strips.reduce((total, strip) => total + of(strip), 0);
  const blindS = sum(({ blind, begin }) => blind.reduce((total, { x1, x2 }) => total + Math.max(0, x2 - Math.max(x1, begin)), 0));
  const unrecorded = strips.filter((strip) => strip.unrecorded.length > 0);
  const reasons = [...new Set(unrecorded.flatMap((strip) => strip.unrecorded.map(({ reason }) => reason)))];
  return `${name}: ${strips.length} strip${strips.length === 1 ? '' : 's'}, of ${sum(({ counts }) => counts.sent)} probes ${sum(({ counts }) => counts.lost)} lost, ${sum(({ counts }) => counts.late)} late${blindS === 0 ? '' : `, blind for ${blindS.toFixed(2)} s`}${unrecorded.length === 0 ? '' : `, samples missing in ${unrecorded.length} (${reasons.join(', ')})`}${leftOut === null ? '' : `; ${leftOut}`}`;
}

/** From when on probes are late and lost. */
function sayThresholds(read: readonly ReadStrip[]): string {
  const say = (values: readonly number[]): string => {
    const ends = [Math.min(...values), Math.max(...values)].map((value) => sayValue(Math.round(value), 'ms'));
    return [...new Set(ends)].join(' to ');
  };
  const strips = read.flatMap((one) => ('missing' in one ? [] : [one]));
  return strips.length === 0 ? '' : `late: after ${say(strips.map(({ lateAfterMs }) => lateAfterMs))}, lost: no answer within ${say(strips.map(({ waitMs }) => waitMs))}; `;
}

/** What a strip is of. */
function sayEach({ moves }: ComparedCell, kind: Origin['kind'], sides: readonly ChosenSide[]): string {
  if (moves) return kind === 'fault' ? 'leg, each with the command of its own fault as 0' : 'move, each with its own 0';
  return sides.some(({ several }) => several.size > 0) ? 'scenario' : 'run';
}

interface Chart {
  cell: ComparedCell;
  sides: readonly ChosenSide[];
}

function chartBlock({ cell, sides }: Chart, index: number, read: ReadonlyMap<WantedStrip, ReadStrip>): Block {
  const title = `Loss strips, ${sayCell(cell)}`;
  const told = sides.flatMap(({ drawn }) => drawn.flatMap(({ wanted }) => read.get(wanted) ?? []));
  const kind = originKinds.find((one) => told.some((strip) => 'origin' in strip && strip.origin === one)) ?? 'window';
  const shown = sides.map((side): StripSide => ({ name: side.name, leftOut: side.leftOut, rows: rowsOf(side, read, kind) }));
  const svg = renderLossStrips({ title, description: `a strip a ${sayEach(cell, kind, sides)}; ${saySampled(periodsIn([cell]))}; ${sayThresholds(told)}${shown.map(saySums).join('; ')}`, origin: originWords[kind], sides: shown });
  if (svg !== null) return { chart: { name: `strips.${String(index + 1).padStart(3, '0')}.${safeName(sayCell(cell))}.svg`, title, svg } };
  const reasons = [...new Set(told.flatMap((strip) => ('missing' in strip ? [strip.missing.replace(/\.$/, '')] : [])))];
  return { text: `No strips of ${sayCell(cell)}: ${reasons.slice(0, 2).join('; ')}${reasons.length > 2 ? `; and ${reasons.length - 2} more reasons` : ''}.` };
}

/** Every run of each outage that several sides have, probe by probe, read from the records; charts, or why there are none. */
export function lossStripBlocks({ cells, sides: described }: Comparison, sides: readonly Pick<Side, 'runs'>[]): Block[] {
  const outages = cells.filter(({ measurement, probe, sides: ofCell }) => measurement === 'outage' && probe !== null && ofCell.filter(({ n }) => n > 0).length > 1);
  const charts = outages.map((cell): Chart => ({ cell, sides: cell.sides.map((side, index) => chooseFrom(cell, side, described[index]?.name ?? '')) }));
  const read = readStrips(sides, charts.flatMap((chart) => chart.sides.flatMap(({ drawn }) => drawn.map(({ wanted }) => wanted))));
  return charts.length === 0 ? [] : [{ heading: 'Loss strips' }, { text: 'Which probes were lost or late, run by run, all from the same moment on.' }, ...charts.map((chart, index) => chartBlock(chart, index, read))];
}
