import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Verdicts } from '../../record/types.ts';
import { oneLine } from '../plain-text.ts';
import { resultsName } from './stages.ts';

/** Why an environment is blocked that was expected in a report and of which there is no run. */
export const noRun = 'No run of it is there: it was refused before it began, or its record did not get here.';

/** What stands in a report in the place of tests that are not there, so that nothing that is missing looks like success. */
export interface StandIn {
  environment: string;
  /** Null where there is no run. */
  run: string | null;
  name: string;
  /** `not-shown`: there are verdicts, and the tests that show them are missing. */
  verdict: 'blocked' | 'inconclusive' | 'not-shown';
  message: string;
}

/** What says that a run does not pass as a whole although each of its scenarios does, or that it has none; nothing where its tests say so. */
export function standInOfRun({ environment, run, verdict, incomplete, scenarios }: Verdicts): StandIn[] {
  if (verdict !== 'inconclusive' || scenarios.some((scenario) => scenario.verdict === 'inconclusive')) return [];
  return [{ environment, run, name: `Run ${run} as a whole`, verdict, message: `Inconclusive: ${incomplete ? 'the record is incomplete; what is missing is no pass' : 'the record holds no scenario, so nothing was validated'}.` }];
}

/**
 * Writes a result for each of these, as broken: what is skipped counts for nothing in Allure. Returns their folder, which holds nothing
 * else.
 *
 * @throws Error of the file system.
 */
export function writeStandIns(standIns: readonly StandIn[], folder: string): string {
  const results = join(folder, resultsName);
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results);
  for (const [index, { environment, run, name, verdict, message }] of standIns.entries()) {
    const uuid = `stand-in-${index + 1}`;
    const fullName = oneLine(`${environment}/${run ?? 'no run'}: ${name}`);
    const labels = Object.entries({ epic: 'The ground', parentSuite: environment, ...(run === null ? {} : { run }), verdict, severity: 'critical' }).map(([label, value]) => ({ name: label, value: oneLine(value) }));
    writeFileSync(join(results, `${uuid}-result.json`), JSON.stringify({ uuid, name: oneLine(name), fullName, testCaseId: fullName, status: 'broken', statusDetails: { message: oneLine(message) }, stage: 'finished', labels }));
  }
  return results;
}
