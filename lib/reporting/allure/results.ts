import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stage, Status } from 'allure-js-commons';
import { ReporterRuntime } from 'allure-js-commons/sdk/reporter';
import type { ReporterRuntimeConfig } from 'allure-js-commons/sdk/reporter';
import type { Derivation } from '../derive.ts';
import { runMessages, scenarioTest } from './scenario-test.ts';
import type { ScenarioFile } from './scenario-test.ts';

type Writer = Exclude<ReporterRuntimeConfig['writer'], string | readonly unknown[]>;

/**
 * Writes below a folder. Allure's own writer flushes each file to the disk, thousands of them; these are made anew from the record
 * whenever they are wanted.
 */
function folderWriter(folder: string): Writer {
  const write = (name: string, data: unknown): void => writeFileSync(join(folder, name), JSON.stringify(data));
  return {
    writeResult: (result) => write(`${result.uuid}-result.json`, result),
    writeGroup: (result) => write(`${result.uuid}-container.json`, result),
    writeGlobals: write,
    writeCategoriesDefinitions: (categories) => write('categories.json', categories),
    writeEnvironmentInfo: (info) => write('environment.json', info),
    writeAttachment: (name, content) => writeFileSync(join(folder, name), content),
    writeAttachmentFromPath: (name, from) => copyFileSync(from, join(folder, name)),
  };
}

/**
 * Writes `allure-results/`: each scenario as a test with its recorded steps, times and files, by the library that Allure's adapters for
 * test runners are made of. A scenario is held in memory only while it is written.
 *
 * @param files charts and tables of each scenario, by its id.
 * @param folder where they go; it exists and is empty.
 * @throws Error when a file that the record names cannot be copied, or the folder cannot be written.
 */
export function writeAllureResults(derivation: Derivation, files: ReadonlyMap<string, readonly ScenarioFile[]>, folder: string): void {
  const runtime = new ReporterRuntime({ writer: folderWriter(folder) });
  for (const scenario of derivation.scenarios) {
    const { id, name, titlePath, status, message, start, stop, messages } = scenarioTest(derivation, scenario, files.get(scenario.facts.id) ?? []);
    const uuid = runtime.startTest({ name, fullName: id, titlePath, start, stage: 'finished' as Stage, status: status as Status, statusDetails: status === 'passed' ? {} : { message } });
    runtime.applyRuntimeMessages(uuid, messages);
    runtime.stopTest(uuid, { stop });
    runtime.writeTest(uuid);
  }
  runtime.applyGlobalRuntimeMessages(runMessages(derivation));
}
