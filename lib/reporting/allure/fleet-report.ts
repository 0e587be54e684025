import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Verdict, Verdicts } from '../../record/types.ts';
import { oneLine } from '../plain-text.ts';
import { verdictWords } from '../words.ts';
import { categories, generateReport } from './allure-report.ts';
import { writeMissing } from './fleet-missing.ts';
import { fleetWorlds } from './fleet-worlds.ts';

/** A run whose `allure-results/` are there. */
export interface FleetRun {
  folder: string;
  verdicts: Verdicts;
}

/** What a report over many runs is about. */
export interface FleetToReport {
  runs: readonly FleetRun[];
  /** Environments that were expected and of which there is no run. */
  missing: readonly string[];
  verdict: Verdict;
}

/** The configuration as a module: what tells an environment's tests from others is a function, which no JSON holds. */
function configModule({ runs, missing, verdict }: FleetToReport, output: string): string {
  const all = runs.map(({ verdicts }) => verdicts);
  const environments = new Set([...all.map(({ environment }) => environment), ...missing]);
  const title = `Fleet: ${verdictWords[verdict].word}`;
  const variables = Object.fromEntries(all.map((run) => [oneLine(`${run.environment}/${run.run}`), `${verdictWords[run.verdict].word}, ${oneLine(run.platform)}${run.incomplete ? ', INCOMPLETE' : ''}${run.simulated ? ', SIMULATED cluster' : ''}`]));
  const fixed = {
    name: `${title}, ${environments.size} environment(s), ${runs.length} run(s)`,
    output,
    variables: { Verdict: verdictWords[verdict].word, ...variables, ...Object.fromEntries(missing.map((environment) => [environment, `${verdictWords.blocked.word}: no run`])) },
    categories,
    hideLabels: ['framework', 'story', 'parentSuite', 'suite', 'subSuite', '_fallbackTestCaseId'],
    plugins: { awesome: { options: { reportName: title, reportLanguage: 'en', groupBy: ['parentSuite', 'epic', 'feature'] } } },
  };
  const known = fleetWorlds(all, missing).map(({ name, labels }, index) => `    ${JSON.stringify(`environment-${index + 1}`)}: { name: ${JSON.stringify(name)}, matcher: ({ labels }) => Object.entries(${JSON.stringify(labels)}).every(([name, value]) => labels.some((label) => label.name === name && label.value === value)) },`);
  // Allure has this one in any case: the evidence of whole runs is no test's.
  known.push(`    default: { name: 'evidence of the runs', matcher: () => false },`);
  return `export default {\n  ...${JSON.stringify(fixed)},\n  environments: {\n${known.join('\n')}\n  },\n};\n`;
}

/**
 * Writes `allure-report/index.html` into a folder: the tests of all these runs in one file, the environments switchable, and the runs of
 * an environment that has several. Every run counts.
 *
 * @throws Error with the output of the generator when it failed.
 */
export async function writeFleetReport(fleet: FleetToReport, folder: string): Promise<string> {
  const target = join(folder, 'allure-report', 'index.html');
  rmSync(dirname(target), { recursive: true, force: true });
  const configure = (scratch: string, output: string): string => {
    const config = join(scratch, 'allurerc.mjs');
    writeFileSync(config, configModule(fleet, output));
    return config;
  };
  await generateReport({ configure, results: [...fleet.runs.map((run) => join(run.folder, 'allure-results')), writeMissing(fleet.missing, folder)], target });
  return target;
}
