import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { renderDotPlot } from './dot-plot.ts';
import { renderPng, writePngs } from './png.ts';

const chart = (name: string): string => renderDotPlot({ title: name, description: 'sampled every 10 ms', sides: [{ name: 'pve', note: null, figures: [{ lo: 290, hi: 310, title: 'a run' }], median: 300, interval: null, missing: null }] });
const size = (png: Buffer): [number, number] => [png.readUInt32BE(16), png.readUInt32BE(20)];

test('a chart is drawn twice as wide as its SVG says, with every letter, where the machine has no font at all', () => {
  const svg = chart('Outage');
  const [, width = '', height = ''] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? [];
  const png = renderPng(svg, false);
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  expect(size(png)).toEqual([2 * Number(width), 2 * Number(height)]);
  expect(png.equals(renderPng(svg.replaceAll('>Outage<', '><'), false))).toBe(false);
  expect(png.equals(renderPng(svg.replaceAll('>milliseconds<', '><'), false))).toBe(false);
  expect(png.equals(renderPng(svg))).toBe(true);
});

test('every SVG of a folder is drawn beside itself, under its own name', () => {
  const folder = mkdtempSync(join(tmpdir(), 'png-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const name of ['b.svg', 'a.outage.svg']) writeFileSync(join(folder, name), chart(name));
  writeFileSync(join(folder, 'c.csv'), 'a,b');
  expect(writePngs(folder)).toEqual([join(folder, 'a.outage.png'), join(folder, 'b.png')]);
  expect(readFileSync(join(folder, 'a.outage.png')).equals(readFileSync(join(folder, 'b.png')))).toBe(false);
});

test('what is no SVG is refused', () => {
  expect(() => renderPng('<html>')).toThrow(/SVG/);
});
