import { sayDuration } from '../reporting/words.ts';
import { sayValue } from '../judgement/wording.ts';
import type { LiveFigures } from './live-probe.ts';
import { printable } from './say.ts';

/** What is going on in a run. Times are ms of the clock that `now` is of. */
export interface LiveState {
  /** The scenario under way; empty between two. */
  scenario: string;
  since: number;
  /** The current step and since when; empty before the first. */
  step: string;
  stepSince: number;
  /** What was told last since the step began; empty when nothing was. */
  note: string;
  /** Scenarios that ended, and all. */
  ended: number;
  planned: number;
  runSince: number;
  /** How long the scenario and the whole run are expected to take; null: unknown. */
  expectedMs: number | null;
  expectedRunMs: number | null;
  probes: readonly ShownProbe[];
}

export interface ShownProbe {
  name: string;
  figures: LiveFigures;
  /** The limit of the outage that this probe measures, ms; null: none. */
  limitMs: number | null;
}

/** So many probes are shown: those that are in trouble, then in the order in which they began. */
const shownProbes = 4;

/** Whether a probe gets no answers, or cannot tell. */
function inTrouble({ figures: { silentMs, unsentMs, blind } }: ShownProbe): boolean {
  return silentMs > 0 || unsentMs > 0 || blind?.now === true;
}

/**
 * How a probe looks now, in words. A prober that does not send or cannot see says nothing of the guest. Silence counts against the
 * limit; whether it is met is judged from all samples afterwards.
 */
export function sayProbe({ name, figures: { rttMs, due, unanswered, silentMs, unsentMs, blind }, limitMs }: ShownProbe): string {
  const unseen = blind === null ? '' : `blind for ${sayDuration(blind.lastedMs)} (${printable(blind.reason)})`;
  if (unsentMs > 0) return `${name}: no probe sent for ${sayDuration(unsentMs)}${unseen === '' ? '' : `, ${unseen} before`}${silentMs > 0 ? `, silent for ${sayDuration(silentMs)} before` : ''}`;
  if (blind?.now === true) return `${name}: ${unseen}`;
  if (silentMs > 0) {
    const leftMs = limitMs === null ? null : limitMs - silentMs;
    const left = leftMs === null ? '' : leftMs >= 0 ? `, ${sayDuration(leftMs)} to the limit of ${sayDuration(limitMs)}` : `, beyond the limit of ${sayDuration(limitMs)}`;
    return `${name}: silent for ${sayDuration(silentMs)}${left}`;
  }
  const loss = due === 0 ? 'no answer yet' : `${unanswered} of the last ${due} unanswered`;
  return `${name}: ${rttMs === null ? '' : `${sayValue(Number(rttMs.toPrecision(2)), 'ms')}, `}${loss}${unseen === '' ? '' : `, ${unseen}`}`;
}

/** Whole seconds: `12 s`, `3 min 05 s`. */
function sayClock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return seconds < 60 ? `${seconds} s` : sayDuration(seconds * 1000);
}

function expectation(elapsedMs: number, expectedMs: number | null): string {
  return `${sayClock(elapsedMs)}${expectedMs === null ? '' : ` of about ${sayClock(expectedMs)}`}`;
}

/** The live lines: which scenario, how long and how long it is expected to take; the step; the probes. None between two scenarios. */
export function sayStatus(state: LiveState, now: number): string[] {
  if (state.scenario === '') return [];
  const probes = [...state.probes].toSorted((one, other) => Number(inTrouble(other)) - Number(inTrouble(one)));
  const more = probes.length - shownProbes;
  return [
    `[${Math.min(state.ended + 1, state.planned)}/${state.planned}] ${state.scenario}  ${expectation(now - state.since, state.expectedMs)}; run ${expectation(now - state.runSince, state.expectedRunMs)}`,
    ...(state.step === '' ? [] : [`  ${state.step}  ${sayClock(now - state.stepSince)}${state.note === '' ? '' : `: ${state.note}`}`]),
    ...probes.slice(0, shownProbes).map((probe) => `  ${sayProbe(probe)}`),
    ...(more > 0 ? [`  and ${more} more probe${more === 1 ? '' : 's'}`] : []),
  ];
}

/** What a heartbeat says when no scenario is under way, as before the first, between two, and while what is left is mended. */
export function sayPause({ ended, planned, runSince, expectedRunMs }: Pick<LiveState, 'ended' | 'planned' | 'runSince' | 'expectedRunMs'>, now: number): string {
  return `[${ended}/${planned}] no scenario is under way; run ${expectation(now - runSince, expectedRunMs)}`;
}
