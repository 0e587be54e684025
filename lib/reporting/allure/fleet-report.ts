import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeAtomically } from '../../record/atomic-file.ts';
import type { Verdicts } from '../../record/types.ts';
import { oneLine } from '../plain-text.ts';
import { verdictWords } from '../words.ts';
import { categories, generateReport } from './allure-report.ts';
import { withoutForeignScripts } from './foreign-scripts.ts';

/** A run whose `allure-results/` are there. */
export interface FleetRun {
  folder: string;
  verdicts: Verdicts;
}

/** The configuration as a module: what tells an environment's tests from others is a function, which no JSON holds. */
function configModule(runs: readonly FleetRun[], output: string): string {
  const environments = [...new Set(runs.map(({ verdicts }) => verdicts.environment))];
  const variables = Object.fromEntries(runs.map(({ verdicts }) => [oneLine(`${verdicts.environment}/${verdicts.run}`), `${verdictWords[verdicts.verdict].word}, ${oneLine(verdicts.platform)}`]));
  const fixed = {
    name: `Fleet: ${environments.length} environment(s), ${runs.length} run(s)`,
    output,
    variables,
    categories,
    hideLabels: ['framework', 'story', 'parentSuite', 'suite', 'subSuite', '_fallbackTestCaseId'],
    plugins: { awesome: { options: { singleFile: true, reportName: 'Fleet', reportLanguage: 'en', groupBy: ['parentSuite', 'epic', 'feature'] } } },
  };
  const known = environments.map((environment, index) => `    ${JSON.stringify(`environment-${index + 1}`)}: { name: ${JSON.stringify(environment)}, matcher: ({ labels }) => labels.some(({ name, value }) => name === 'parentSuite' && value === ${JSON.stringify(environment)}) },`);
  return `export default {\n  ...${JSON.stringify(fixed)},\n  environments: {\n${known.join('\n')}\n  },\n};\n`;
}

/**
 * Writes `allure-report/index.html` into a folder: the tests of all these runs in one file, the environments switchable. Several runs of
 * one environment are shown as repeats of its tests, the newest on top.
 *
 * @throws Error with the output of the generator when it failed.
 */
export async function writeFleetReport(runs: readonly FleetRun[], folder: string): Promise<string> {
  const output = join(folder, 'allure-report');
  const scratch = mkdtempSync(join(tmpdir(), 'ha-acceptance-fleet-'));
  try {
    rmSync(output, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const config = join(scratch, 'allurerc.mjs');
    writeFileSync(config, configModule(runs, output));
    await generateReport(config, folder, runs.map((run) => join(run.folder, 'allure-results')), scratch);
    const report = join(output, 'index.html');
    writeAtomically(report, withoutForeignScripts(readFileSync(report)));
    return report;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
