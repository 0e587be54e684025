import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { leaksBelow, leaksIn } from './leaks.ts';

const core = 'CaNaRyOfLeaks7';
const secret = `ad"min<&'${core}/+ end`;
const base64 = (text: string): string => Buffer.from(text).toString('base64');

test.each([
  ['plain', secret],
  ['in a URL', encodeURIComponent(secret)],
  ['in JSON in HTML', JSON.stringify(secret).replaceAll('"', '&quot;')],
  ['as basic authorization', base64(`operator:${secret}`)],
  ['behind one more byte', base64(`x${core}`)],
  ['behind two more bytes', base64(`xy${core}`)],
  ['in base64url', Buffer.from(`>>>???${secret}`).toString('base64url')],
  ['in hexadecimal', Buffer.from(secret).toString('hex')],
  ['in an attachment of a report', `<script>d("${base64(`${'x'.repeat(3000)}{"message":"${secret}"}`)}")</script>`],
  ['as authorization in an attachment of a report', `<script>d("${base64(`${'x'.repeat(3000)}{"message":"Basic ${base64(`operator:${secret}`)}"}`)}")</script>`],
])('a secret is found %s', (_, text) => {
  expect(leaksIn(`before ${text} after`, ['SomethingElse9', core])).toEqual([core]);
});

test('nothing is found where nothing is', () => {
  expect(leaksIn(`CaNaRyOf Leaks7 ${base64('some other text that is long enough')}`, [core])).toEqual([]);
});

test('files and their names are searched', () => {
  const folder = mkdtempSync(join(tmpdir(), 'leaks-'));
  mkdirSync(join(folder, 'inner'));
  writeFileSync(join(folder, 'inner', 'clean'), 'nothing');
  writeFileSync(join(folder, 'inner', 'record'), `a ${core}`);
  writeFileSync(join(folder, core), '');
  expect(leaksBelow([folder], [core]).toSorted()).toEqual([`${core}: ${core}`, `inner/record: ${core}`]);
  rmSync(folder, { recursive: true });
});
