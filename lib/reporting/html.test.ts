import { expect, test } from 'vitest';
import { htmlTable } from './html.ts';

const cell = (text: string): string => /<td>(.*)<\/td>/s.exec(htmlTable(['what'], [[text]]))?.[1] ?? '';

test('a word of a cell is not broken; one as long as a hash may be, and is the same text', () => {
  expect(cell('answering after 3 s')).toBe('answering after 3 s');
  const hash = '0123456789abcdef'.repeat(4);
  expect(cell(`sha ${hash} of it`).split('<wbr>')).toHaveLength(4);
  expect(cell(`sha ${hash} of it`).replaceAll('<wbr>', '')).toBe(`sha ${hash} of it`);
});

test('whatever stands in a long word is text, and no letter is torn', () => {
  const hostile = `<script>${'x'.repeat(20)}</script>&"'${'😀'.repeat(20)}`;
  const html = cell(hostile);
  expect(html.replaceAll('<wbr>', '')).not.toMatch(/[<>]/);
  expect(html.replaceAll('<wbr>', '').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&')).toBe(hostile);
});
