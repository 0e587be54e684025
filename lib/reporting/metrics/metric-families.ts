import type { Measurement, ScenarioVerdict, Unit, Verdict } from '../../record/types.ts';
import type { JudgedRun } from '../judged-run.ts';

/** One series of a metric. An absent label is left out. */
export interface MetricPoint {
  labels: Record<string, string>;
  value: number;
}

/** A gauge with everything that a run says of it. Times are seconds, as Prometheus and OpenTelemetry have them. */
export interface MetricFamily {
  name: string;
  /** UCUM, as OpenTelemetry wants it. */
  unit: string;
  help: string;
  points: MetricPoint[];
}

const verdicts: readonly Verdict[] = ['pass', 'fail', 'inconclusive', 'blocked', 'not-applicable'];

/** How a unit of the record is exported: suffix of the name, UCUM code, factor. */
const units: Record<Unit, { suffix: string; unit: string; factor: number }> = {
  ms: { suffix: 'seconds', unit: 's', factor: 1e-3 },
  packets: { suffix: 'packets', unit: '{packet}', factor: 1 },
  errors: { suffix: 'errors', unit: '{error}', factor: 1 },
  writes: { suffix: 'writes', unit: '{write}', factor: 1 },
  bytes: { suffix: 'bytes', unit: 'By', factor: 1 },
};

function present(labels: Record<string, string | null | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).flatMap(([name, value]) => (value === null || value === undefined || value === '' ? [] : [[name, value]])));
}

/** What tells a scenario from others of its environment, over all runs. */
function scenarioLabels(environment: string, { id, row, guest, variant, repeat }: ScenarioVerdict): Record<string, string> {
  return present({ environment, scenario: id, row, guest, variant, repeat: String(repeat) });
}

interface Figure {
  labels: Record<string, string>;
  measurement: Measurement;
}

/** Every measurement with labels of its own: those that share all of them are numbered, so that none takes another's place. */
function figuresOf(environment: string, scenario: ScenarioVerdict): Figure[] {
  const seen = new Map<string, number>();
  return scenario.measurements.map((measurement) => {
    const { name, guest, probe, from, to, unit } = measurement;
    const labels = { ...scenarioLabels(environment, scenario), ...present({ measurement: name, of: guest, probe, from, to }) };
    const key = JSON.stringify([unit, labels]);
    const number = (seen.get(key) ?? 0) + 1;
    seen.set(key, number);
    return { labels: number === 1 ? labels : { ...labels, number: String(number) }, measurement };
  });
}

/** The metrics of measurements and limits of one unit. An open end is +Inf, so that no alert on the upper bound misses it. */
function familiesOfUnit(figures: readonly Figure[], name: Unit): MetricFamily[] {
  const { suffix, unit, factor } = units[name];
  const ofUnit = figures.filter(({ measurement }) => measurement.unit === name);
  const points = ofUnit.flatMap(({ labels, measurement: { lo, hi } }) => [
    { labels: { ...labels, bound: 'lower' }, value: lo * factor },
    { labels: { ...labels, bound: 'upper' }, value: hi === null ? Number.POSITIVE_INFINITY : hi * factor },
  ]);
  const limits = ofUnit.flatMap(({ labels, measurement: { limit } }) => (limit === null ? [] : [{ labels, value: limit * factor }]));
  return [
    { name: `ha_acceptance_measurement_${suffix}`, unit, help: 'Bounds between which the measured figure lies; +Inf where no upper bound was seen', points },
    { name: `ha_acceptance_limit_${suffix}`, unit, help: 'The limit that the figure was judged by', points: limits },
  ];
}

/** What a run says, as gauges: `ha_acceptance_*`. Families without a point are left out. */
export function metricFamilies({ description, verdicts: judged }: JudgedRun): MetricFamily[] {
  const { environment, platform, profile, run, tool, derivedBy, simulated, incomplete, scenarios } = judged;
  const at = { environment };
  const stateOf = (verdict: Verdict): MetricPoint => ({ labels: { ...at, verdict }, value: judged.verdict === verdict ? 1 : 0 });
  const countOf = (verdict: Verdict): MetricPoint => ({ labels: { ...at, verdict }, value: scenarios.filter((scenario) => scenario.verdict === verdict).length });
  const figures = scenarios.flatMap((scenario) => figuresOf(environment, scenario));
  const families: MetricFamily[] = [
    { name: 'ha_acceptance_run_info', unit: '1', help: 'The run that these figures are of', points: [{ labels: present({ environment, platform, profile, run, tool, derived_by: derivedBy, simulated: String(simulated) }), value: 1 }] },
    { name: 'ha_acceptance_run_started_timestamp_seconds', unit: 's', help: 'When the run began, seconds since 1970', points: [{ labels: at, value: Date.parse(description.anchor.wall) / 1000 }] },
    { name: 'ha_acceptance_run_complete', unit: '1', help: 'Whether the record of the run is whole', points: [{ labels: at, value: incomplete ? 0 : 1 }] },
    { name: 'ha_acceptance_run_verdict', unit: '1', help: 'Verdict of the run: 1 for the one it has, 0 for the others', points: verdicts.map(stateOf) },
    { name: 'ha_acceptance_scenarios', unit: '{scenario}', help: 'Scenarios of the run by verdict', points: verdicts.map(countOf) },
    { name: 'ha_acceptance_scenario_verdict', unit: '1', help: 'Verdict of each scenario, as the label of a 1', points: scenarios.map((scenario) => ({ labels: { ...scenarioLabels(environment, scenario), verdict: scenario.verdict }, value: 1 })) },
    { name: 'ha_acceptance_scenario_duration_seconds', unit: 's', help: 'How long the scenario took', points: scenarios.flatMap((scenario) => (scenario.duration === null ? [] : [{ labels: scenarioLabels(environment, scenario), value: scenario.duration / 1000 }])) },
    { name: 'ha_acceptance_scenario_blind_seconds', unit: 's', help: 'For how long the probes of the scenario could not see', points: scenarios.flatMap((scenario) => (scenario.blind === null ? [] : [{ labels: scenarioLabels(environment, scenario), value: scenario.blind / 1000 }])) },
    ...(Object.keys(units) as Unit[]).flatMap((unit) => familiesOfUnit(figures, unit)),
  ];
  return families.filter(({ points }) => points.length > 0);
}
