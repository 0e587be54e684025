import { XMLValidator } from 'fast-xml-parser';
import { expect, test } from 'vitest';
import { renderSideBySide } from './side-by-side.ts';

const draw = (rows: Parameters<typeof renderSideBySide>[0]['rows']): string | null => renderSideBySide({ title: 'Medians', description: '', names: ['pve', 'hyperv'], rows });
const at = (median: number): { median: number; lo: number; hi: number } => ({ median, lo: median, hi: median });

/** Places of the symbols, px, in the order of the rows. */
function places(svg: string): number[] {
  const groups = [...svg.matchAll(/aria-label="dot"[^>]*>(.*?)<\/g>/gs)].map(([, group = '']) => [...group.matchAll(/translate\(([\d.]+),/g)].map(([, x]) => Number(x)));
  return groups.at(-1) ?? [];
}

test('every median of every side is a symbol; ten times as long is as far again, whatever the length', () => {
  const svg = draw([{ label: 'migration', medians: [at(100), at(1000)] }, { label: 'failure', medians: [at(10_000), at(100_000)] }]) ?? '';
  expect(XMLValidator.validate(svg)).toBe(true);
  const [first = 0, second = 0, third = 0, fourth = 0] = places(svg);
  expect(second - first).toBeCloseTo(fourth - third, 1);
  expect(second).toBeGreaterThan(first);
  for (const text of ['migration', 'failure', 'pve', 'hyperv', '100 ms', '10 s']) expect(svg).toContain(`>${text}<`);
});

test('a side without a median has no symbol, and without any median there is no chart', () => {
  expect(places(draw([{ label: 'migration', medians: [at(100), null] }]) ?? '')).toHaveLength(1);
  expect(draw([{ label: 'migration', medians: [null, null] }])).toBeNull();
  expect(draw([])).toBeNull();
});

test('a median of zero is drawn at the edge of the logarithmic axis', () => {
  expect(places(draw([{ label: 'migration', medians: [at(0), at(100)] }]) ?? '')).toHaveLength(2);
});

test('the value of each median can be read, and ticks stand closer than powers of ten', () => {
  const svg = draw([{ label: 'failure', medians: [at(25_000), at(30_000)] }, { label: 'migration', medians: [at(12_000), null] }]) ?? '';
  for (const text of ['25 s | 30 s', '12 s | -', '10 s', '20 s', '50 s']) expect(svg).toContain(`>${text}<`);
  expect(svg).toContain('at the right: the medians in the order of the legend');
});

test('a long label is wrapped and nothing of it is cut', () => {
  const label = 'failure-during-migration of a-web-server-with-a-long-name (coordinator, worker): platform-downtime of another-guest by heartbeat, each move';
  const lines = [...(draw([{ label, medians: [at(100), at(200)] }]) ?? '').matchAll(/<tspan[^>]*>([^<]*)</g)].map(([, line = '']) => line);
  expect(lines.join(' ')).toBe(label);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(54);
});
