import { sayValue } from '../../judgement/wording.ts';
import { median } from '../../measurement/statistics.ts';
import { guestsOf, machineOf, machineParts } from '../comparison/conditions.ts';
import type { JudgedRun } from '../judged-run.ts';

const named = (word: string, values: Readonly<Record<string, string>> = {}): [string, string][] => Object.entries(values).map(([name, value]) => [`${word} ${name}`, value]);

/** What each guest is made of, as far as the environment file declares it. */
function machinesOf(run: JudgedRun): [string, string][] {
  return guestsOf(run).flatMap(({ name }) => machineParts.flatMap((part): [string, string][] => {
    const value = machineOf(run, String(name), part);
    return value === null ? [] : [[`${part} of guest ${String(name)}`, value]];
  }));
}

function limitsOf({ description: { limits } }: JudgedRun): [string, string][] {
  return Object.entries(limits).flatMap(([row, ofRow]) => Object.entries(ofRow).map(([measurement, limit]): [string, string] => [`limit of ${row}.${measurement}`, sayValue(limit, measurement === 'lost' ? 'packets' : 'ms')]));
}

/** Everything of a run that may explain a change: its tool, cluster, versions, settings, guests, limits and prober. */
function conditionsOf(run: JudgedRun): Record<string, string> {
  const { tool, platform, profile, cluster, prober, host } = run.description;
  return {
    tool,
    'judged by': run.verdicts.derivedBy ?? 'a version that is not recorded',
    platform,
    profile: profile ?? 'none',
    ...(cluster === null ? {} : { cluster: `${cluster.name} (${cluster.identity})` }),
    'prober engine': prober.engine,
    'probe period': `${prober.periodMs} ms`,
    'wait until a probe is lost': `${prober.waitMs} ms`,
    'late after': prober.lateAfterMs === null ? 'by the baseline' : `${prober.lateAfterMs} ms`,
    'prober host': `${host.name}, ${host.kernel}, ${host.cores} cores`,
    ...Object.fromEntries([...machinesOf(run), ...limitsOf(run), ...named('version of', cluster?.versions), ...named('setting', cluster?.settings)]),
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

/** How long the prober was usually blind before and after a change, as a clause, where that differs by what the figures can tell, ms. */
export function blindAlongside(before: readonly { blindMs: number | null }[], after: readonly { blindMs: number | null }[], resolution: number): string[] {
  const [old, now] = [before, after].map((figures) => median(figures.flatMap(({ blindMs }) => blindMs ?? [])));
  if (old === null || old === undefined || now === null || now === undefined || old === now || Math.abs(now - old) < resolution) return [];
  return [`time that the prober was blind: ${sayValue(old, 'ms')} to ${sayValue(now, 'ms')}`];
}
