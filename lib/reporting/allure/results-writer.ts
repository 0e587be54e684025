import { copyFileSync, linkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Writer } from 'allure-js-commons/sdk/reporter';
import { stringifyEnvInfo } from 'allure-js-commons/sdk/reporter';

/** Puts a file under a second name, or a copy of it where the file system has no second names. */
function link(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}

/**
 * Writes results as Allure's own writer does, and flushes none of them: the record makes them again, and nobody reads them before all
 * are there. Allure's waits for the disk behind each of thousands of files, which takes longer than everything else of a report.
 *
 * @param folder must be there.
 * @param derived the folder of files that are derived from the record as results are: they get a second name, which takes a third of
 * the time of a copy. Evidence is copied, so that nobody can change it by way of the results.
 * @param onFailure is told what could not be written; who writes may keep it to himself.
 */
export function quickWriter(folder: string, derived: string, onFailure: (error: Error) => void): Writer {
  const make = (name: string, how: (path: string) => void): void => {
    try {
      how(join(folder, name));
    } catch (error) {
      onFailure(error as Error);
      throw error;
    }
  };
  const write = (name: string, data: string | Buffer): void => make(name, (path) => writeFileSync(path, data));
  const writeJson = (name: string, data: unknown): void => write(name, JSON.stringify(data));
  return {
    writeResult: (result) => writeJson(`${result.uuid}-result.json`, result),
    writeGroup: (group) => writeJson(`${group.uuid}-container.json`, group),
    writeAttachment: write,
    writeAttachmentFromPath: (name, from) => make(name, (path) => (dirname(from) === derived ? link : copyFileSync)(from, path)),
    writeEnvironmentInfo: (info) => write('environment.properties', stringifyEnvInfo(info)),
    writeCategoriesDefinitions: (of) => writeJson('categories.json', of),
    writeGlobals: writeJson,
  };
}
