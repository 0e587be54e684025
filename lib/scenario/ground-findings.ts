import type { RowName, RunEvent } from '../record/types.ts';

/** Rows that establish the ground: what they find blocks every row that wants the cluster whole (`gate`), and is named. */
export const groundRows = ['cluster-health', 'prerequisites'] as const satisfies RowName[];

/** What the latest run of each of the ground's rows found amiss or could not tell, as the record says; empty when they passed or did not run. */
export function groundFindings(events: readonly RunEvent[]): { row: RowName; found: string[] }[] {
  return groundRows.flatMap((row) => {
    const latest = events.findLast((event) => event.kind === 'scenario-started' && event.row === row);
    if (latest === undefined) return [];
    const found = events.flatMap((event) => (event.kind === 'expectation' && event.scenario === latest.scenario && event.common !== true && event.ok !== true ? [`${event.title} - ${event.ok === null ? 'cannot tell: ' : ''}${event.detail}`] : []));
    return found.length === 0 ? [] : [{ row, found }];
  });
}
