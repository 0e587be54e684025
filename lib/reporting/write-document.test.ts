import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Document } from './document.ts';
import { FolderOfRecord, writeDocument } from './write-document.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'write-document-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const documentOf = (...charts: string[]): Document => ({ title: 'made-up', blocks: charts.map((name) => ({ chart: { name, title: `of (${name})`, svg: '<svg></svg>' } })) });

test('an earlier document goes with its charts, and what else lies there stays', () => {
  const { charts, markdown } = writeDocument(folder, 'comparison', documentOf('medians.svg', '001.one.svg', '002.two.svg'), {});
  writeFileSync(join(charts, '002.two.png'), 'drawn of it');
  writeFileSync(join(charts, '003.of-somebody.svg'), 'mine');
  mkdirSync(join(charts, 'below'));
  writeFileSync(join(folder, 'notes.txt'), 'mine');
  writeDocument(folder, 'comparison', documentOf('medians.svg'), {});
  expect(readdirSync(charts).toSorted()).toEqual(['003.of-somebody.svg', 'below', 'medians.svg']);
  expect(readFileSync(join(folder, 'notes.txt'), 'utf8')).toBe('mine');
  expect(readFileSync(markdown, 'utf8')).not.toContain('002');
});

test('a document of another name is left alone', () => {
  writeDocument(folder, 'history', documentOf('001.one.svg'), {});
  const { charts } = writeDocument(folder, 'comparison', documentOf('002.two.svg'), {});
  expect(readdirSync(charts).toSorted()).toEqual(['001.one.svg', '002.two.svg']);
});

test('a folder that holds a record is refused as it is', () => {
  writeFileSync(join(folder, 'run.json'), '{}');
  expect(() => writeDocument(folder, 'comparison', documentOf('one.svg'), {})).toThrow(FolderOfRecord);
  expect(readdirSync(folder)).toEqual(['run.json']);
});
