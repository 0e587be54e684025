import type { JudgedRun } from '../judged-run.ts';

/** Everything of a run that may explain a change: its tool, versions, settings and prober. */
function conditionsOf({ description: { tool, cluster, prober, host } }: JudgedRun): Record<string, string> {
  return {
    tool,
    'prober engine': prober.engine,
    'probe period': `${prober.periodMs} ms`,
    'prober host': `${host.name}, ${host.kernel}`,
    ...Object.fromEntries(Object.entries(cluster?.versions ?? {}).map(([name, value]) => [`version of ${name}`, value])),
    ...Object.fromEntries(Object.entries(cluster?.settings ?? {}).map(([name, value]) => [`setting ${name}`, value])),
  };
}

/** What differs between two runs, as clauses: `version of qemu: 7.2 to 8.0`. */
export function changedAlongside(before: JudgedRun, after: JudgedRun): string[] {
  const [old, now] = [conditionsOf(before), conditionsOf(after)];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].filter((name) => old[name] !== now[name]).map((name) => `${name}: ${old[name] ?? 'absent'} to ${now[name] ?? 'absent'}`);
}

/** The moment of a change is known to within a few runs only. */
export const reach = 5;

/**
 * What changed in the runs around the one that a change of level was located at, up to five before and after it, each with the run
 * in which it first was so.
 */
export function changedNear(runs: readonly JudgedRun[], at: number): string[] {
  return runs.flatMap((run, index) => {
    const before = runs[index - 1];
    return before === undefined || Math.abs(index - at) > reach ? [] : changedAlongside(before, run).map((clause) => `${clause}${index === at ? '' : ` (run ${run.description.run})`}`);
  });
}
