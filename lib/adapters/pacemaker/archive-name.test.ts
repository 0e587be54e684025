import { expect, test } from 'vitest';
import { archiveName, archivePrefix, definitionName, definitionSuffix } from './archive-name.ts';

const at = new Date('2026-11-21T03:04:05.678Z');

test('names whose, when and what', () => {
  expect(archiveName('web', at, 'vda.qcow2')).toMatch(/^ha-acceptance-[0-9a-f]{10}-web-20261121T030405678Z-vda\.qcow2$/);
});

test('keeps guests apart whose names begin alike or differ in letters that are replaced', () => {
  for (const [one, other] of [['web', 'web-2'], ['a b', 'a/b']] as const) expect(archiveName(other, at, 'vda').startsWith(archivePrefix(one))).toBe(false);
});

test('a hostile name stays one plain file name', () => {
  expect(archiveName('../../"; rm -rf / #<script>*', at, '../vda')).toMatch(/^[\w.-]+$/);
});

test('finds the definition beside the archives that it was backed up with', () => {
  const archives = new Map(['vda', 'vdb'].map((disk) => [disk, `/backup/${archiveName('web', at, `${disk}.qcow2`)}`]));
  expect(definitionName('/backup', archives)).toBe(`/backup/${archiveName('web', at, definitionSuffix)}`);
});
