import type { EffectKey } from '../comparison/comparison-schema.ts';
import { failedByLimitsAlone } from '../../judgement/scenario-verdict.ts';
import type { MeasurementName, RowName, ScenarioVerdict } from '../../record/types.ts';

/** A change or failure that somebody declared as known, until a day (`YYYY-MM-DD`, UTC, that day included). */
export interface DeclaredIssue {
  row: RowName;
  measurement?: MeasurementName;
  guest?: string;
  reason: string;
  until: string;
  link?: string;
}

/** An issue that covers something, as it is told. */
export interface KnownIssue {
  reason: string;
  until: string;
  link: string | null;
}

/** Whether an issue is accepted no more on a day. */
export function isExpired({ until }: Pick<DeclaredIssue, 'until'>, today: string): boolean {
  return until < today;
}

/** The issue that covers a measurement of a row, or the row itself where `measurement` is null. One that is expired covers nothing. */
export function knownIssueFor(issues: readonly DeclaredIssue[], { row, guest }: Pick<EffectKey, 'row' | 'guest'>, measurement: MeasurementName | null, today: string): KnownIssue | null {
  const found = issues.find((issue) => !isExpired(issue, today) && issue.row === row && (issue.guest === undefined || issue.guest === guest) && (issue.measurement === undefined || issue.measurement === measurement));
  return found === undefined ? null : { reason: found.reason, until: found.until, link: found.link ?? null };
}

/** The issue that covers one scenario: its row as a whole, or all limits that it failed by, where it failed by nothing else. */
function knownIssueOf(issues: readonly DeclaredIssue[], key: Pick<EffectKey, 'row' | 'guest'>, scenario: ScenarioVerdict, today: string): KnownIssue | null {
  const whole = knownIssueFor(issues, key, null, today);
  if (whole !== null || !failedByLimitsAlone(scenario)) return whole;
  const covering = scenario.measurements.filter(({ verdict }) => verdict === 'fail').map(({ name }) => knownIssueFor(issues, key, name, today));
  return firstWhereAll(covering);
}

/** The issue that ends first where each of them is one; null where one is missing or there is none. */
function firstWhereAll(covering: readonly (KnownIssue | null)[]): KnownIssue | null {
  const all = covering.flatMap((issue) => issue ?? []);
  return all.length < covering.length ? null : (all.toSorted((one, other) => one.until.localeCompare(other.until))[0] ?? null);
}

/** The issue that covers all of these scenarios of a row and guest; null where one is not covered. */
export function knownIssueOfAll(issues: readonly DeclaredIssue[], key: Pick<EffectKey, 'row' | 'guest'>, scenarios: readonly ScenarioVerdict[], today: string): KnownIssue | null {
  return scenarios.length === 0 ? knownIssueFor(issues, key, null, today) : firstWhereAll(scenarios.map((scenario) => knownIssueOf(issues, key, scenario, today)));
}
