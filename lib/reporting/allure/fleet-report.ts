import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Verdicts } from '../../record/types.ts';
import { oneLine } from '../plain-text.ts';
import { verdictWords } from '../words.ts';
import { categories, generateReport } from './allure-report.ts';

/** A run whose `allure-results/` are there. */
export interface FleetRun {
  folder: string;
  verdicts: Verdicts;
}

/** The configuration as a module: what tells an environment's tests from others is a function, which no JSON holds. */
function configModule(runs: readonly FleetRun[], output: string): string {
  const environments = [...new Set(runs.map(({ verdicts }) => verdicts.environment))];
  const variables = Object.fromEntries(runs.map(({ verdicts }) => [oneLine(`${verdicts.environment}/${verdicts.run}`), `${verdictWords[verdicts.verdict].word}, ${oneLine(verdicts.platform)}${verdicts.simulated ? ', SIMULATED cluster' : ''}`]));
  const fixed = {
    name: `Fleet: ${environments.length} environment(s), ${runs.length} run(s)`,
    output,
    variables,
    categories,
    hideLabels: ['framework', 'story', 'parentSuite', 'suite', 'subSuite', '_fallbackTestCaseId'],
    plugins: { awesome: { options: { reportName: 'Fleet', reportLanguage: 'en', groupBy: ['parentSuite', 'epic', 'feature'] } } },
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
  const target = join(folder, 'allure-report', 'index.html');
  rmSync(dirname(target), { recursive: true, force: true });
  const configure = (scratch: string, output: string): string => {
    const config = join(scratch, 'allurerc.mjs');
    writeFileSync(config, configModule(runs, output));
    return config;
  };
  await generateReport({ configure, results: runs.map((run) => join(run.folder, 'allure-results')), target });
  return target;
}
