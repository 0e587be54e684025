import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
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

const never = (error: Error): void => expect.unreachable(error.message);

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
  const ours = writtenBy((own) => quickWriter(own, 'nowhere', never));
  expect(ours.size).toBe(7);
  expect(ours).toEqual(writtenBy((resultsDir) => new FileSystemWriter({ resultsDir })));
});

test('a table that is derived gets a second name, and evidence is copied', () => {
  const drawn = join(folder, 'charts');
  mkdirSync(drawn);
  for (const path of [join(drawn, 'table.csv'), join(folder, 'evidence.log')]) writeFileSync(path, path);
  const writer = quickWriter(folder, drawn, never);
  writer.writeAttachmentFromPath('a-attachment.csv', join(drawn, 'table.csv'));
  writer.writeAttachmentFromPath('b-attachment.log', join(folder, 'evidence.log'));
  expect(statSync(join(folder, 'a-attachment.csv')).ino).toBe(statSync(join(drawn, 'table.csv')).ino);
  expect(readFileSync(join(folder, 'b-attachment.log'), 'utf8')).toBe(join(folder, 'evidence.log'));
  expect(statSync(join(folder, 'b-attachment.log')).ino).not.toBe(statSync(join(folder, 'evidence.log')).ino);
});

test('where there are no second names, a table is copied', () => {
  writeFileSync(join(folder, 'table.csv'), 'one,two');
  writeFileSync(join(folder, 'a-attachment.csv'), 'of before');
  quickWriter(folder, folder, never).writeAttachmentFromPath('a-attachment.csv', join(folder, 'table.csv'));
  expect(readFileSync(join(folder, 'a-attachment.csv'), 'utf8')).toBe('one,two');
});

test('what cannot be written is told, and is an error', () => {
  const told: string[] = [];
  const writer = quickWriter(join(folder, 'gone'), folder, ({ message }) => void told.push(message));
  expect(() => writer.writeAttachment('a-attachment.log', Buffer.from('text'))).toThrow('ENOENT');
  expect(() => writer.writeAttachmentFromPath('b-attachment.log', join(folder, 'none.log'))).toThrow('ENOENT');
  expect(told).toHaveLength(2);
});
