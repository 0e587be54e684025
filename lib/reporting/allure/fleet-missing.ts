import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Why an environment is blocked that was expected in a report and of which there is no run. */
export const noRun = 'No run of it is there: it was refused before it began, or its record did not get here.';

/**
 * Writes a result for each environment of which there is no run, so that it stands in the report as what it is: blocked. Returns their
 * folder, which holds nothing else.
 *
 * @throws Error of the file system.
 */
export function writeMissing(environments: readonly string[], folder: string): string {
  const results = join(folder, 'allure-results');
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results);
  for (const environment of environments) {
    const uuid = `missing-${environment}`;
    const labels = Object.entries({ epic: 'The ground', parentSuite: environment, verdict: 'blocked', severity: 'critical' }).map(([name, value]) => ({ name, value }));
    writeFileSync(join(results, `${uuid}-result.json`), JSON.stringify({ uuid, name: `No run of ${environment}`, fullName: uuid, testCaseId: uuid, status: 'skipped', statusDetails: { message: `Blocked: ${noRun}` }, stage: 'finished', labels }));
  }
  return results;
}
