import * as Plot from '@observablehq/plot';
import { againstOrder, phaseSteps } from '../../judgement/phases.ts';
import { sayInterval } from '../../judgement/wording.ts';
import { phaseNames } from '../../record/types.ts';
import type { PhaseName, ScenarioVerdict } from '../../record/types.ts';
import { recoveriesOf } from '../recoveries.ts';
import { labelAxis } from './label-axis.ts';
import { chartDocument } from './svg-document.ts';
import { svgSheet } from './svg.ts';

const width = 1000;
const rowHeight = 34;
const headHeight = 44;
const legendHeight = 40;
const axisHeight = 50;
const marginRight = 20;
/** Width of a character within a bar, px. */
const letterPx = 6.2;

/** A colour for each phase. Any two differ in lightness by a tenth of what there is: phases may be absent, so that any two can be neighbours. */
export const phaseColours: Record<PhaseName, string> = {
  injected: '#1e1e1e', confirmed: '#c8c6c2', detected: '#861c49', fenced: '#ed8820', placed: '#593fbe', running: '#b8a6dd', answering: '#1b74bc', serving: '#cae3ed', redundant: '#33994f',
};

/** The phases whose colour is light enough for dark letters. */
const isLight: ReadonlySet<PhaseName> = new Set(['confirmed', 'fenced', 'running', 'serving']);

/** A phase's number, the same in every chart: it stands where its name finds no room. */
const numberOf = (name: PhaseName): string => String(phaseNames.indexOf(name) + 1);

type Stacked = Pick<ScenarioVerdict, 'id' | 'phases' | 'accounts' | 'recoveries'>;

interface Step {
  id: string;
  name: PhaseName;
  from: number;
  to: number;
  title: string;
}

/** Within which a phase was reached, s. */
interface Whisker {
  id: string;
  name: PhaseName;
  lo: number;
  hi: number;
  /** Seen against its order: it has no step, and its whisker stands alone. */
  alone: boolean;
}

type Recovery = Pick<Stacked, 'id' | 'phases'>;

/** The phases that were reached, ms. */
function reached({ phases }: Recovery): { name: PhaseName; lo: number; hi: number }[] {
  return phases.flatMap(({ name, lo, hi }) => (hi === null ? [] : [{ name, lo, hi }]));
}

function whiskersOf(recovery: Recovery): Whisker[] {
  const whole = reached(recovery);
  const against = againstOrder(whole);
  return whole.map(({ name, lo, hi }) => ({ id: recovery.id, name, lo: lo / 1000, hi: hi / 1000, alone: against.has(name) }));
}

/** The steps of a recovery, s. A phase without an upper end was never seen to be reached and ends the stack. */
function stepsOf(recovery: Recovery): Step[] {
  const whole = reached(recovery);
  const { id } = recovery;
  return phaseSteps(whole).map(({ name, from, to }) => ({ id, name, from: from / 1000, to: to / 1000, title: `${name} ${sayInterval(whole.find((phase) => phase.name === name) ?? { lo: 0, hi: 0 }, 'ms')}` }));
}

export interface PhaseStackOptions {
  /** Periods of the probes that the guests' phases rest on, ms. */
  periodsMs: readonly number[];
  /** Whether a bar is the medians of as many recoveries as its name says, or one recovery. */
  medians: boolean;
}

/** What stands in a bar: the name, its number where that is too wide, nothing where even that is. */
function labelOf({ name, from, to }: Step, pxPerSecond: number): string {
  const room = (to - from) * pxPerSecond - 6;
  return [name, numberOf(name)].find((text) => text.length * letterPx <= room) ?? '';
}

function describe({ rows, steps, witnesses, alone }: { rows: number; steps: number; witnesses: number; alone: number }, { periodsMs, medians }: PhaseStackOptions): string {
  const what = medians ? `${rows} bar${rows === 1 ? '' : 's'}, each the medians of n recoveries` : `${rows} recover${rows === 1 ? 'y' : 'ies'}, ${steps} steps`;
  const sampled = periodsMs.length === 0 ? 'not sampled by a probe' : `guests probed every ${periodsMs.join(' and ')} ms`;
  return `${what}; ${sampled}; whiskers: ${medians ? 'medians of the ends within which the phase was reached' : 'within which the phase was reached, which for what the cluster tells is as often as it was asked'}${witnesses === 0 ? '' : '; diamonds: by when other witnesses say so, red where they contradict'}${alone === 0 ? '' : `; ${alone} phases were seen against their order: no step, their coloured whiskers alone`}`;
}

/**
 * The phases of recoveries as stacked bars, a bar a recovery (a scenario, or each of its faults), in seconds since the fault was commanded. A step reaches from the
 * middle of the interval in which the phase before was reached to that of its own; the whiskers are its own interval, and the
 * diamonds are the upper ends of what other witnesses say. Null when no scenario has phases.
 */
export function renderPhaseStack(scenarios: readonly Stacked[], title: string, options: PhaseStackOptions): string | null {
  const rows = scenarios.flatMap((scenario) => recoveriesOf(scenario).map(({ leg, ...recovery }) => ({ ...recovery, id: leg === null ? scenario.id : `${scenario.id}: ${leg}` }))).filter(({ phases }) => phases.length > 0);
  if (rows.length === 0) return null;
  const steps = rows.flatMap(stepsOf);
  const whiskers = rows.flatMap(whiskersOf);
  const [alone = [], beside = []] = [true, false].map((wanted) => whiskers.filter((whisker) => whisker.alone === wanted));
  const witnesses = rows.flatMap(({ id, accounts }) => accounts.flatMap(({ name, lo, hi, agrees }) => (hi === null ? [] : [{ id, name, lo: lo / 1000, hi: hi / 1000, agrees }]))).toSorted((one, other) => Number(other.agrees) - Number(one.agrees));
  const names = phaseNames.filter((name) => whiskers.some((whisker) => whisker.name === name));
  const document = chartDocument();
  const labels = labelAxis(rows.map(({ id }) => id));
  const end = Math.max(...whiskers.map(({ hi }) => hi), 0.001);
  const plotHeight = rows.length * Math.max(rowHeight, labels.leastRowHeight) + axisHeight;
  const pxPerSecond = (width - labels.marginLeft - marginRight) / end;
  const element = Plot.plot({
    document,
    width,
    height: plotHeight,
    marginLeft: labels.marginLeft,
    marginRight,
    marginTop: 10,
    marginBottom: 36,
    x: { domain: [0, end], label: 'seconds since the fault was commanded', labelAnchor: 'center', labelArrow: 'none', grid: true },
    y: { type: 'band', domain: rows.map(({ id }) => id), label: null, padding: 0.25, tickSize: 0, tickFormat: labels.say },
    marks: [
      Plot.barX(steps, { x1: 'from', x2: 'to', y: 'id', fill: (step: Step) => phaseColours[step.name], stroke: 'white', strokeWidth: 1.2, title: 'title' }),
      ...[true, false].map((light) => Plot.text(steps.filter(({ name }) => isLight.has(name) === light), { x: ({ from, to }: Step) => (from + to) / 2, y: 'id', text: (step: Step) => labelOf(step, pxPerSecond), fill: light ? '#111' : 'white', dy: -2, fontSize: 10 })),
      Plot.ruleY(beside, { x1: 'lo', x2: 'hi', y: 'id', dy: 7, stroke: 'white', strokeWidth: 3.2 }),
      Plot.ruleY(beside, { x1: 'lo', x2: 'hi', y: 'id', dy: 7, stroke: '#111', strokeWidth: 1.4 }),
      Plot.ruleY(alone, { x1: 'lo', x2: 'hi', y: 'id', dy: 7, stroke: '#111', strokeWidth: 7 }),
      Plot.ruleY(alone, { x1: 'lo', x2: 'hi', y: 'id', dy: 7, stroke: ({ name }: Whisker) => phaseColours[name], strokeWidth: 5 }),
      Plot.text(alone, { x: 'lo', y: 'id', dx: -3, dy: 7, textAnchor: 'end', text: ({ name }: Whisker) => numberOf(name), fill: '#111', stroke: 'white', strokeWidth: 3, fontSize: 10, title: ({ name, lo, hi }: Whisker) => `${name} ${sayInterval({ lo: lo * 1000, hi: hi * 1000 }, 'ms')}, seen against its order` }),
      Plot.dot(witnesses, { x: 'hi', y: 'id', symbol: 'diamond', r: 4, fill: (witness: { agrees: boolean }) => (witness.agrees ? 'white' : '#e3001b'), stroke: '#111', dy: -15 }),
    ],
  });
  const legendPx = (width - 20) / Math.max(names.length, 8);
  const legend = Plot.plot({
    document,
    width,
    height: legendHeight,
    marginLeft: 14,
    marginRight: 6,
    marginTop: 0,
    marginBottom: 0,
    x: { domain: [0, width - 20], axis: null },
    y: { domain: [0, 1], axis: null },
    marks: [
      Plot.dot(names, { x: (_: PhaseName, index: number) => index * legendPx + 6, y: 0.5, symbol: 'square', r: 6, fill: (name: PhaseName) => phaseColours[name] }),
      Plot.text(names, { x: (_: PhaseName, index: number) => index * legendPx + 18, y: 0.5, text: (name: PhaseName) => `${numberOf(name)} ${name}`, textAnchor: 'start', fontSize: 11 }),
    ],
  });
  return svgSheet({
    document,
    width,
    height: headHeight + legendHeight + plotHeight,
    title,
    description: describe({ rows: rows.length, steps: steps.length, witnesses: witnesses.length, alone: alone.length }, options),
    panels: [{ element: legend, y: headHeight - 6 }, { element, y: headHeight + legendHeight - 6 }],
  });
}
