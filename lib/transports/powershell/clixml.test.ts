import { expect, test } from 'vitest';
import { readableErrors } from './clixml.ts';

// The form of CLIXML on standard error, and that it is wrapped twice behind a PowerShell as the default shell, are field reports; the words in it are invented.

const wrap = (inner: string): string => `#< CLIXML\r\n<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">${inner}</Objs>`;
const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r\n', '_x000D__x000A_');

test('plain text stays as it is', () => {
  expect(readableErrors('Accès refusé\r\n\r\n')).toEqual(['Accès refusé']);
  expect(readableErrors('')).toEqual([]);
});

test('errors are read, progress is left out', () => {
  expect(readableErrors(wrap('<Obj S="progress" RefId="0"><MS><AV>x</AV></MS></Obj><S S="Error">Get-Cluster : Le service &amp; le cluster_x000D__x000A_</S><S S="Error">Au caractère Ligne:1_x000D__x000A_</S>'))).toEqual(['Get-Cluster : Le service & le cluster', 'Au caractère Ligne:1']);
});

test('what was wrapped twice, by a PowerShell as the default shell, is unwrapped twice', () => {
  const inner = wrap('<S S="Error">first &lt;line&gt;_x000D__x000A_</S>');
  expect(readableErrors(wrap(`<S S="Error">${escape(inner)}</S>`))).toEqual(['first <line>']);
});
