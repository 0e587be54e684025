import type { EffectKey } from '../comparison/comparison-schema.ts';
import type { MeasurementName, RowName } from '../../record/types.ts';

/** A change or failure that somebody declared as known, until a day (`YYYY-MM-DD`, UTC, that day included). */
export interface DeclaredIssue {
  row: RowName;
  measurement?: MeasurementName;
  guest?: string;
  reason: string;
  until: string;
  link?: string;
}

/** Whether an issue is accepted no more on a day. */
export function isExpired({ until }: Pick<DeclaredIssue, 'until'>, today: string): boolean {
  return until < today;
}

/** The issue that covers a measurement of a row, or its failing where `measurement` is null. One that is expired covers nothing. */
export function knownIssueFor(issues: readonly DeclaredIssue[], { row, guest }: Pick<EffectKey, 'row' | 'guest'>, measurement: MeasurementName | null, today: string): { reason: string; until: string; link: string | null } | null {
  const found = issues.find((issue) => !isExpired(issue, today) && issue.row === row && (issue.guest === undefined || issue.guest === guest) && (issue.measurement === undefined || issue.measurement === measurement));
  return found === undefined ? null : { reason: found.reason, until: found.until, link: found.link ?? null };
}
