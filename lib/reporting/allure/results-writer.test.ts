import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stage, Status } from 'allure-js-commons';
import { FileSystemWriter } from 'allure-js-commons/sdk/reporter';
import type { Writer } from 'allure-js-commons/sdk/reporter';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { quickWriter } from './results-writer.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'results-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Every file that a writer makes, with what stands in it. */
function writtenBy(writerFor: (folder: string) => Writer): Map<string, string> {
  const own = mkdtempSync(join(folder, 'of-'));
  const evidence = join(folder, 'evidence.log');
  writeFileSync(evidence, 'é, line by line\n');
  const writer = writerFor(own);
  writer.writeResult({ uuid: 'a', name: 'ü', status: Status.PASSED, stage: Stage.FINISHED, statusDetails: {}, steps: [], attachments: [], parameters: [], labels: [], links: [] });
  writer.writeGroup({ uuid: 'b', children: ['a'], befores: [], afters: [] });
  writer.writeAttachment('c-attachment.csv', Buffer.from('one,two\r\n'));
  writer.writeAttachmentFromPath('d-attachment.log', evidence);
  writer.writeEnvironmentInfo({ Platform: 'made: up' });
  writer.writeCategoriesDefinitions([{ name: 'all' }]);
  writer.writeGlobals('e-globals.json', { attachments: [], errors: [] });
  return new Map(readdirSync(own).toSorted().map((name) => [name, readFileSync(join(own, name), 'utf8')]));
}

test("it writes the same files as Allure's own", () => {
  const ours = writtenBy(quickWriter);
  expect(ours.size).toBe(7);
  expect(ours).toEqual(writtenBy((resultsDir) => new FileSystemWriter({ resultsDir })));
});
