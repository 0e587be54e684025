import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Verdicts } from '../../record/types.ts';
import { runsOf } from '../../record/run-folder.ts';
import { verdictsSchema } from '../../record/verdicts-schema.ts';
import { oneLine } from '../plain-text.ts';
import { allureStatuses } from './statuses.ts';

/** Earlier runs that a report shows, the newest. */
const shownRuns = 30;

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** Allure's own id of a test over all runs: of its test case and of the parameters that count, of which ours have none. */
function historyId(environment: string, scenario: string): string {
  return `${md5(`${environment}/${scenario}`)}.${md5('')}`;
}

function verdictsIn(folder: string): Verdicts | null {
  const path = join(folder, 'verdicts.json');
  if (!existsSync(path)) return null;
  try {
    return verdictsSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}

function pointOf({ environment, run, scenarios }: Verdicts): Record<string, unknown> {
  const results = scenarios.map(({ id, verdict, reason, startedAt, duration }) => {
    const start = startedAt === null ? 0 : Date.parse(startedAt);
    return [historyId(environment, id), { id: md5(`${run}/${id}`), name: id, fullName: id, status: allureStatuses[verdict], error: { message: oneLine(reason ?? '') }, start, stop: start + (duration ?? 0), duration: Math.round(duration ?? 0), labels: [], url: '', historyId: historyId(environment, id), reportLinks: [] }] as const;
  });
  const begun = scenarios.flatMap(({ startedAt }) => (startedAt === null ? [] : [Date.parse(startedAt)]));
  return { uuid: md5(`${environment}/${run}`), name: oneLine(`${environment}: run ${run}`), timestamp: Math.max(0, ...begun), knownTestCaseIds: scenarios.map(({ id }) => md5(`${environment}/${id}`)), testResults: Object.fromEntries(results), metrics: {}, url: '' };
}

/**
 * The verdicts of the runs of the same environment before this one, as Allure keeps a history: a JSON document a line, the oldest
 * first. It is made of the records each time, so that a report that is made twice counts once. Runs that cannot be read are left out.
 */
export function earlierRuns(folder: string, environment: string): string {
  const [run, ofEnvironment] = [basename(folder), dirname(folder)];
  const before = runsOf(dirname(ofEnvironment), basename(ofEnvironment)).filter((name) => name < run).slice(-shownRuns);
  return before.flatMap((name) => verdictsIn(join(ofEnvironment, name)) ?? []).filter((verdicts) => verdicts.environment === environment).map((verdicts) => `${JSON.stringify(pointOf(verdicts))}\n`).join('');
}
