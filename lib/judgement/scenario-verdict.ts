import type { Limits, Measurement, MeasurementName, ScenarioVerdict, Verdict } from '../record/types.ts';
import { injectedAnything, unmendedFaults } from './mending.ts';
import type { ScenarioFacts } from './scenario-facts.ts';
import { sayMeasurement } from './wording.ts';

export interface Judged {
  verdict: Verdict;
  reason: string;
}

/** How many findings a reason spells out. */
const spelledOut = 2;

/**
 * Judges one scenario. What the cluster did not do makes it `fail`; then what we cannot tell makes it `inconclusive`. A scenario
 * that was blocked (or not applicable) before anything was injected stays so whatever is unknown: nothing was to be known.
 * It passes only when everything that was to be established is, with at least one thing established that its own row is about:
 * that the cluster is whole again afterwards is expected of every scenario, also of one that did nothing.
 *
 * @param measurements those of the scenario, each with its limit and verdict.
 * @param trouble what the measuring itself could not do, for example read a samples file that a window names.
 * @param blindness why measurements are wider than the grid of their probes, in words; said where one of them is undecided.
 */
export function judgeScenario(facts: ScenarioFacts, measurements: readonly Measurement[], limits: Limits, trouble: readonly string[] = [], blindness: readonly string[] = []): Judged {
  const failures = findFailures(facts, measurements);
  if (failures.length > 0) return { verdict: 'fail', reason: say(failures) };
  const { ended } = facts;
  const untouched = !injectedAnything(facts) && unmendedFaults(facts).length === 0;
  if (untouched && ended?.outcome === 'blocked') return { verdict: 'blocked', reason: ended.reason ?? 'a precondition did not hold; the record does not say which' };
  if (untouched && ended?.outcome === 'not-applicable') return { verdict: 'not-applicable', reason: ended.reason ?? `the platform lacks ${ended.missingCapability ?? 'what the row needs'}` };
  const unknowns = [...findUnknowns(facts, measurements, trouble, blindness), ...unjudgedLimits(facts, measurements, limits)];
  if (unknowns.length > 0) return { verdict: 'inconclusive', reason: say(unknowns) };
  const judged = measurements.filter(({ verdict }) => verdict !== null);
  const own = facts.expectations.filter(({ common }) => common !== true);
  if (own.length === 0 && judged.length === 0) return { verdict: 'inconclusive', reason: 'Nothing was established: the record holds no expectation of the row itself and no measurement with a limit.' };
  return { verdict: 'pass', reason: sayPass(own.length, judged) };
}

/** Whether a scenario failed by its limits alone: its reason tells of no more findings than it has failing measurements. */
export function failedByLimitsAlone({ verdict, reason, measurements }: Pick<ScenarioVerdict, 'verdict' | 'reason' | 'measurements'>): boolean {
  const failing = measurements.filter((measurement) => measurement.verdict === 'fail').length;
  return verdict === 'fail' && failing > 0 && reason !== null && findingsIn(reason) <= failing;
}

/** How many findings a reason tells of, at the most: whatever its words, one of them is at least a sentence. */
function findingsIn(reason: string): number {
  const sentences = reason.split(/\.(?:\s|$)/).filter((sentence) => sentence.trim() !== '');
  const more = /^And (\d+) more$/.exec(sentences.at(-1) ?? '')?.[1];
  return more === undefined ? sentences.length : sentences.length - 1 + Number(more);
}

function findFailures({ expectations }: ScenarioFacts, measurements: readonly Measurement[]): string[] {
  return [
    ...measurements.filter(({ verdict }) => verdict === 'fail').map((measurement) => capitalised(sayMeasurement(measurement))),
    ...expectations.filter(({ ok }) => ok === false).map(sayExpectation),
  ];
}

/** What we cannot tell, causes before what follows from them. */
function findUnknowns(facts: ScenarioFacts, measurements: readonly Measurement[], trouble: readonly string[], blindness: readonly string[]): string[] {
  const { started, ended, expectations, gaps } = facts;
  const unknowns: string[] = [];
  if (started === null) return ['It was planned and never started'];
  if (ended === null) unknowns.push('The record has no end of it: it was interrupted');
  else if (ended.outcome === 'error') unknowns.push(`The tool failed, not the cluster: ${ended.reason ?? 'no reason was recorded'}`);
  else if (ended.outcome !== 'completed') unknowns.push(capitalised(ended.reason ?? `it ended as ${ended.outcome}`));
  for (const { fault, target, why } of unmendedFaults(facts)) unknowns.push(`Fault ${fault}${target.node === null ? '' : ` on ${target.disk === null ? '' : `${target.disk} of `}${target.node}`}: ${why}`);
  unknowns.push(...new Set(gaps.map(({ lost, reason }) => (lost === 0 ? `The record is damaged (${reason})` : `${lost} event(s) or file(s) of the record are missing (${reason})`))));
  unknowns.push(...new Set(trouble.map(capitalised)));
  unknowns.push(...expectations.filter(({ ok }) => ok === null).map((expectation) => `Cannot tell whether ${sayExpectation(expectation)}`));
  const undecided = measurements.filter(({ verdict }) => verdict === 'inconclusive');
  if (undecided.length > 0) unknowns.push(...new Set(blindness));
  unknowns.push(...undecided.map((measurement) => `${capitalised(sayMeasurement(measurement))}: cannot tell`));
  return unknowns;
}

/** Limits that were set for the row and that nothing was measured for. */
function unjudgedLimits({ row }: ScenarioFacts, measurements: readonly Measurement[], limits: Limits): string[] {
  return (Object.keys(limits[row] ?? {}) as MeasurementName[]).filter((name) => !measurements.some((measurement) => measurement.name === name)).map((name) => `No ${name} was measured, so its limit is not judged`);
}

function sayExpectation({ title, detail }: { title: string; detail: string }): string {
  return detail === '' ? title : `${title} (${detail})`;
}

/** The beginning of a sentence. What begins with the name of a guest or a node is left as it is. */
function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Findings as one or two sentences. */
function say(findings: readonly string[]): string {
  const more = findings.length - spelledOut;
  const sentences = findings.slice(0, spelledOut).map((finding) => `${finding.replace(/\.$/, '')}.`);
  return [...sentences, ...(more > 0 ? [`And ${more} more.`] : [])].join(' ');
}

/** What a pass rests on: of each limit the measurement that came closest to it, and the number of the row's own expectations. */
function sayPass(expectations: number, judged: readonly Measurement[]): string {
  const closest = new Map<MeasurementName, Measurement>();
  for (const measurement of judged) {
    if ((measurement.hi ?? 0) >= (closest.get(measurement.name)?.hi ?? Number.NEGATIVE_INFINITY)) closest.set(measurement.name, measurement);
  }
  const held = expectations === 0 ? [] : [`${expectations} expectation${expectations === 1 ? '' : 's'} held`];
  const text = `${[...[...closest.values()].map((measurement) => `${judged.some((other) => other !== measurement && other.name === measurement.name) ? 'worst ' : ''}${sayMeasurement(measurement)}`), ...held].join('; ')}.`;
  return capitalised(text);
}
