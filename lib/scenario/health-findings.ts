import type { RunEvent } from '../record/types.ts';

/** What the latest cluster-health row of a run found amiss or could not tell, as its record says; empty when it passed or did not run. */
export function healthFindings(events: readonly RunEvent[]): string[] {
  const health = events.findLast((event) => event.kind === 'scenario-started' && event.row === 'cluster-health');
  if (health === undefined) return [];
  return events.flatMap((event) => (event.kind === 'expectation' && event.scenario === health.scenario && event.common !== true && event.ok !== true ? [`${event.title} - ${event.ok === null ? 'cannot tell: ' : ''}${event.detail}`] : []));
}
