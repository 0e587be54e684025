import { judgeLimit } from '../judgement/limit.ts';
import { overallVerdict } from '../judgement/overall.ts';
import { legsOf, recoveryOf } from '../judgement/phases.ts';
import { scenarioFacts } from '../judgement/scenario-facts.ts';
import type { ScenarioFacts } from '../judgement/scenario-facts.ts';
import { judgeScenario } from '../judgement/scenario-verdict.ts';
import { sayValue } from '../judgement/wording.ts';
import type { RunRecord } from '../record/run-reader.ts';
import { toolVersion } from '../record/tool-version.ts';
import type { Interval, Measurement, ScenarioVerdict, Verdicts } from '../record/types.ts';
import { chooseLimits, limitsThatJudged, sayLimitsFrom } from './judging-limits.ts';
import type { JudgingLimit, LimitChoice, OtherLimits } from './judging-limits.ts';
import { measureWindows, totalsOf } from './measure-windows.ts';
import type { MeasuredWindow } from './measure-windows.ts';
import { readSeries } from './series.ts';
import type { ProbeSeries } from './series.ts';
import { statisticsOf } from './statistics.ts';

/** A scenario with everything that reports show of it. */
export interface DerivedScenario {
  facts: ScenarioFacts;
  verdict: ScenarioVerdict;
  windows: MeasuredWindow[];
}

/** A record and what follows from it. */
export interface Derivation {
  run: RunRecord;
  verdicts: Verdicts & { derivedBy: string };
  scenarios: DerivedScenario[];
  /** The limits that judged it, each with who set it, and all of these in words. */
  limits: JudgingLimit[];
  limitsFrom: string;
  /** The file with other limits than the run's own that it was judged again by, or null. */
  rejudgedBy: string | null;
}

/** Samples are measured to the microsecond; an interval is rounded outwards, so that the truth stays inside. */
function toMicroseconds({ lo, hi }: Interval): Interval {
  return { lo: Math.floor(lo * 1000) / 1000, hi: hi === null ? null : Math.ceil(hi * 1000) / 1000 };
}

/** Derives measurements, verdicts and statistics from a record: samples and events in, `verdicts.json` out. Reads files, writes none. */
export function derive(run: RunRecord, other: OtherLimits | null = null): Derivation {
  const { description } = run;
  const choice = chooseLimits(description, other);
  const scenarios = scenarioFacts(run.events).map((facts) => deriveScenario(facts, readSeries(run, facts), choice, description.prober.lateAfterMs));
  const verdicts = scenarios.map(({ verdict }) => verdict);
  const limits = limitsThatJudged(verdicts, choice);
  const limitsFrom = sayLimitsFrom(limits, choice);
  return {
    run,
    scenarios,
    limits,
    limitsFrom,
    rejudgedBy: other?.limitsFrom ?? null,
    verdicts: {
      schema: 1,
      tool: description.tool,
      derivedBy: toolVersion(),
      limitsFrom,
      run: description.run,
      environment: description.environment,
      platform: description.platform,
      profile: description.profile,
      simulated: description.simulated,
      incomplete: run.incomplete !== null,
      verdict: overallVerdict(verdicts, run.incomplete !== null),
      scenarios: verdicts,
      statistics: statisticsOf(verdicts),
    },
  };
}

/** `verdicts.json` of a record. */
export function deriveVerdicts(run: RunRecord, other: OtherLimits | null = null): Verdicts {
  return derive(run, other).verdicts;
}

function deriveScenario(facts: ScenarioFacts, series: ReadonlyMap<string, ProbeSeries>, choice: LimitChoice, lateAfterMs: number | null): DerivedScenario {
  const windows = measureWindows(facts, series, lateAfterMs);
  const measurements = [...windows.flatMap(measurementsOfWindow), ...facts.measured.map(measurementOfEvent)].map((measurement) => judged(measurement, choice.limitFor(facts.row, measurement.name)));
  const { verdict, reason } = judgeScenario(facts, measurements, choice.set, windows.flatMap(({ trouble }) => trouble ?? []), blindnessOf(windows));
  const { started, ended } = facts;
  const { phases, accounts, disagreements } = recoveryOf(facts);
  const legs = legsOf(facts);
  const exact = (ofOne: typeof phases): ScenarioVerdict['phases'] => ofOne.map(({ name, ...interval }) => ({ name, ...toMicroseconds(interval) }));
  return {
    facts,
    windows,
    verdict: {
      id: facts.id,
      row: facts.row,
      guest: facts.guest,
      variant: facts.variant,
      repeat: facts.repeat,
      target: facts.target,
      fault: facts.fault,
      verdict,
      reason,
      missingCapability: ended?.missingCapability ?? null,
      phases: exact(phases),
      ...(legs.length === 0 ? {} : { recoveries: legs.map((leg) => ({ target: leg.target, phases: exact(leg.phases) })) }),
      accounts: accounts.map(({ lo, hi, ...account }) => ({ ...account, ...toMicroseconds({ lo, hi }) })),
      disagreements: [...legs.slice(0, -1).flatMap((leg) => leg.disagreements.map((sentence) => `${leg.target.node ?? 'an earlier fault'}: ${sentence}`)), ...disagreements],
      measurements,
      ...totalsOf(series, windows),
      startedAt: started?.wall ?? null,
      duration: started === null || ended === null ? null : Math.round((ended.t - started.t) / 1e3) / 1e3,
    },
  };
}

/** For how long and why the prober of these windows could not see, in words, the longest first. */
function blindnessOf(windows: readonly MeasuredWindow[]): string[] {
  const blind = windows.flatMap(({ figures }) => (figures === null || figures.blindMs === 0 ? [] : [figures])).toSorted((a, b) => b.blindMs - a.blindMs);
  return blind.map((figures) => `The prober was blind for ${sayValue(figures.blindMs, 'ms')} (${[...new Set(figures.blind.map(({ reason }) => reason))].join('; ')})`).slice(0, 1);
}

type Unjudged = Omit<Measurement, 'limit' | 'limitFrom' | 'verdict'>;

function measurementsOfWindow({ window, probe, outage, lost }: MeasuredWindow): Unjudged[] {
  const common = { guest: probe?.guest ?? null, probe: window.probe, from: window.fromNode, to: window.toNode, period: probe?.periodMs ?? null, source: `probe ${window.probe}${probe === null ? '' : `, ${probe.engine}`}` };
  if (window.measures === 'service-gap') return [{ name: 'service-gap', unit: 'ms', ...toMicroseconds(outage), ...common }];
  return [
    { name: 'outage', unit: 'ms', ...toMicroseconds(outage), ...common },
    { name: 'lost', unit: 'packets', ...lost, ...common },
  ];
}

function measurementOfEvent({ name, guest = null, fromNode, toNode, unit, lo, hi, periodMs, source }: ScenarioFacts['measured'][number]): Unjudged {
  const interval = unit === 'ms' ? toMicroseconds({ lo, hi }) : { lo, hi };
  return { name, guest, probe: null, from: fromNode, to: toNode, unit, ...interval, period: periodMs, source };
}

function judged({ name, guest = null, probe = null, from, to, unit, lo, hi, period, source }: Unjudged, by: JudgingLimit | null): Measurement {
  return { name, guest, probe, from, to, unit, lo, hi, limit: by?.limit ?? null, limitFrom: by?.source ?? null, verdict: by === null ? null : judgeLimit({ lo, hi }, by.limit), period, source };
}
