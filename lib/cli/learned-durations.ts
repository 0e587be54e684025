import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from '../measurement/statistics.ts';
import type { ScenarioVerdict, Verdict, Verdicts } from '../record/types.ts';
import { runsOf } from '../record/run-folder.ts';
import type { Selected } from '../scenario/selection.ts';

/** How long a scenario is expected to take, ms, and how that is known. */
export interface ExpectedDuration {
  ms: number;
  source: string;
}

/** The newest records of an environment that are looked at. */
const newestRuns = 50;
/** A scenario that was not carried out tells nothing about how long it takes. */
const carriedOut: readonly Verdict[] = ['pass', 'fail', 'inconclusive'];

/** The scenarios of earlier runs of the same environment, newest runs first. Records that cannot be read are left out. */
export function earlierScenarios(reports: string, environment: string): ScenarioVerdict[] {
  return runsOf(reports, environment).toReversed().slice(0, newestRuns).flatMap((run) => {
    const file = join(reports, environment, run, 'verdicts.json');
    if (!existsSync(file)) return [];
    try {
      return (JSON.parse(readFileSync(file, 'utf8')) as Verdicts).scenarios;
    } catch {
      return [];
    }
  });
}

/** The median of what the same row took before, of the same guest and variant where there are such; else what its suite says. */
export function expectedDuration({ row, guest, variant }: Pick<Selected, 'row' | 'guest' | 'variant'>, earlier: readonly ScenarioVerdict[]): ExpectedDuration {
  const ofRow = earlier.filter((scenario) => scenario.row === row.row && carriedOut.includes(scenario.verdict));
  const same = ofRow.filter((scenario) => scenario.guest === (guest?.name ?? null) && (scenario.variant ?? null) === variant);
  for (const [known, what] of [[same, 'of it'], [ofRow, 'of this row']] as const) {
    const durations = known.flatMap(({ duration }) => (duration === null ? [] : [duration]));
    const middle = median(durations);
    if (middle !== null) return { ms: Math.round(middle), source: `median of ${durations.length} earlier run${durations.length === 1 ? '' : 's'} ${what}` };
  }
  return { ms: row.expectedMs, source: 'what its suite says; there is no earlier run' };
}
