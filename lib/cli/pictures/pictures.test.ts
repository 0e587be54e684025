import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { XMLValidator } from 'fast-xml-parser';
import { expect, test } from 'vitest';
import { screenOf, terminalPicture } from './terminal-picture.ts';

const project = fileURLToPath(new URL('../../../', import.meta.url));

test('what is drawn of a terminal is what it shows in the end, with its styles', () => {
  const screen = screenOf('first\nstatus 1\r\u001B[2K\u001B[1mbold\u001B[22m & plain\nstatus 2\nmore\r\u001B[2K\u001B[1A\r\u001B[2Klast');
  expect(screen.map((line) => line.map(({ text }) => text).join(''))).toEqual(['first', 'bold & plain', 'last', '']);
  const svg = terminalPicture(screen, { command: '$ ha-acceptance <run>', title: 'a terminal', columns: 40 });
  expect(XMLValidator.validate(svg)).toBe(true);
  expect(svg).toContain('<tspan font-weight="700">bold</tspan><tspan> &amp; plain</tspan>');
  expect(svg).toContain('$ ha-acceptance &lt;run&gt;');
});

test('every picture that the README shows is there with words for those who do not see it, and none is left over', () => {
  const shown = [...readFileSync(join(project, 'README.md'), 'utf8').matchAll(/!\[([^\]]*)\]\((docs\/[^)]+)\)/g)].map(([, words = '', path = '']) => ({ words, path }));
  for (const { words, path } of shown) {
    expect(existsSync(join(project, path))).toBe(true);
    expect(words.length).toBeGreaterThan(20);
  }
  const kept = [...readdirSync(join(project, 'docs')).filter((name) => name.endsWith('.svg')).map((name) => `docs/${name}`), ...readdirSync(join(project, 'docs', 'pictures')).map((name) => `docs/pictures/${name}`)];
  expect(shown.map(({ path }) => path).toSorted()).toEqual(kept.toSorted());
});

test('invented figures are stamped in the picture itself', () => {
  for (const name of readdirSync(join(project, 'docs')).filter((file) => file.endsWith('.svg'))) expect(readFileSync(join(project, 'docs', name), 'utf8')).toContain('>simulated cluster</text>');
});
