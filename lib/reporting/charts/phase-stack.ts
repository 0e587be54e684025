import * as Plot from '@observablehq/plot';
import { phaseSteps } from '../../judgement/phases.ts';
import { sayInterval } from '../../judgement/wording.ts';
import { phaseNames } from '../../record/types.ts';
import type { PhaseName, ScenarioVerdict } from '../../record/types.ts';
import { recoveriesOf } from '../recoveries.ts';
import { chartDocument } from './svg-document.ts';
import { svgSheet } from './svg.ts';

const width = 1000;
const rowHeight = 30;
const headHeight = 44;
const legendHeight = 40;
const axisHeight = 44;
/** Width of a character of a label, px. */
const labelPx = 7;

/** A colour for each phase; neighbours differ in lightness, so that they are told apart in greyscale. */
const colours: Record<PhaseName, string> = {
  injected: '#3b3b3b', confirmed: '#b9b9b9', detected: '#7a1f3d', fenced: '#e08214', placed: '#5b4a9b', running: '#b8a9dd', answering: '#1f5a96', serving: '#9ccbe8', redundant: '#2f7d4f',
};

type Stacked = Pick<ScenarioVerdict, 'id' | 'phases' | 'accounts' | 'recoveries'>;

interface Step {
  id: string;
  name: PhaseName;
  from: number;
  to: number;
  title: string;
}

/** The steps of a recovery, s. A phase without an upper end was never seen to be reached and ends the stack. */
function stepsOf({ id, phases }: Pick<Stacked, 'id' | 'phases'>): Step[] {
  const whole = phases.flatMap(({ name, lo, hi }) => (hi === null ? [] : [{ name, lo, hi }]));
  return phaseSteps(whole).map(({ name, from, to }) => ({ id, name, from: from / 1000, to: to / 1000, title: `${name} ${sayInterval(whole.find((phase) => phase.name === name) ?? { lo: 0, hi: 0 }, 'ms')}` }));
}

/**
 * The phases of recoveries as stacked bars, a bar a recovery (a scenario, or each of its faults), in seconds since the fault was commanded. A step reaches from the
 * middle of the interval in which the phase before was reached to that of its own; the whiskers are its own interval, and the
 * diamonds are the upper ends of what other witnesses say. Null when no scenario has phases.
 */
export function renderPhaseStack(scenarios: readonly Stacked[], title: string): string | null {
  const rows = scenarios.flatMap((scenario) => recoveriesOf(scenario).map(({ leg, ...recovery }) => ({ ...recovery, id: leg === null ? scenario.id : `${scenario.id}: ${leg}` }))).filter(({ phases }) => phases.length > 0);
  if (rows.length === 0) return null;
  const steps = rows.flatMap(stepsOf);
  const whiskers = rows.flatMap(({ id, phases }) => phases.flatMap(({ name, lo, hi }) => (hi === null ? [] : [{ id, name, lo: lo / 1000, hi: hi / 1000 }])));
  const witnesses = rows.flatMap(({ id, accounts }) => accounts.flatMap(({ name, lo, hi, agrees }) => (hi === null ? [] : [{ id, name, lo: lo / 1000, hi: hi / 1000, agrees }]))).toSorted((one, other) => Number(other.agrees) - Number(one.agrees));
  const names = phaseNames.filter((name) => steps.some((step) => step.name === name));
  const document = chartDocument();
  const marginLeft = Math.min(380, 20 + labelPx * Math.max(...rows.map(({ id }) => id.length)));
  const end = Math.max(...whiskers.map(({ hi }) => hi), 0.001);
  const plotHeight = rows.length * rowHeight + axisHeight;
  const element = Plot.plot({
    document,
    width,
    height: plotHeight,
    marginLeft,
    marginRight: 20,
    marginTop: 4,
    marginBottom: 36,
    x: { domain: [0, end], label: 'seconds since the fault was commanded', labelAnchor: 'center', labelArrow: 'none', grid: true },
    y: { type: 'band', domain: rows.map(({ id }) => id), label: null, padding: 0.25, tickSize: 0 },
    marks: [
      Plot.barX(steps, { x1: 'from', x2: 'to', y: 'id', fill: (step: Step) => colours[step.name], title: 'title' }),
      Plot.ruleY(whiskers, { x1: 'lo', x2: 'hi', y: 'id', stroke: '#111', strokeWidth: 1.2 }),
      Plot.dot(witnesses, { x: 'hi', y: 'id', symbol: 'diamond', r: 4, fill: (witness: { agrees: boolean }) => (witness.agrees ? 'white' : '#e3001b'), stroke: '#111', dy: -9 }),
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
      Plot.dot(names, { x: (_: PhaseName, index: number) => index * legendPx + 6, y: 0.5, symbol: 'square', r: 6, fill: (name: PhaseName) => colours[name] }),
      Plot.text(names, { x: (_: PhaseName, index: number) => index * legendPx + 18, y: 0.5, text: (name: PhaseName) => name, textAnchor: 'start', fontSize: 11 }),
    ],
  });
  return svgSheet({
    document,
    width,
    height: headHeight + legendHeight + plotHeight,
    title,
    description: `${rows.length} recover${rows.length === 1 ? 'y' : 'ies'}, ${steps.length} steps; whiskers: within which the phase was reached; diamonds: by when other witnesses say so, red where they contradict`,
    panels: [{ element: legend, y: headHeight - 6 }, { element, y: headHeight + legendHeight - 6 }],
  });
}
