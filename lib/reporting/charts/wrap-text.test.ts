import { assert, integer, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { wrapText } from './wrap-text.ts';

test('lines are broken between words, and long names behind their parts', () => {
  expect(wrapText('node-failure of web (worker), a-platform (n = 9)', 20)).toEqual(['node-failure of web', '(worker), a-platform', '(n = 9)']);
  expect(wrapText('network-partition.web-frontend-03.r1', 20)).toEqual(['network-partition.', 'web-frontend-03.r1']);
  expect(wrapText('short', 20)).toEqual(['short']);
  expect(wrapText('', 20)).toEqual(['']);
});

test('no line is longer, and nothing is left out', () => {
  assert(property(string({ maxLength: 200 }), integer({ min: 4, max: 60 }), (text, most) => {
    const lines = wrapText(text, most);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(most);
    expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
  }));
});
