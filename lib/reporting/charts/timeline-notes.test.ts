import { XMLValidator } from 'fast-xml-parser';
import { expect, test } from 'vitest';
import { renderTimeline } from './timeline.ts';
import type { TimelineData } from './timeline-data.ts';

/** A power failure as recoveries usually are, invented: nine labels of phases and fault leave no room for marks. */
const failure: TimelineData = {
  origin: 'fault', span: { x1: -10, x2: 65 }, rtt: [], late: [], lost: [{ x1: 0.2, x2: 22, count: 2180 }], blind: [], faults: [{ x1: 0, x2: 40, title: 'node-power on n2' }],
  phases: Object.entries({ injected: 0.1, confirmed: 0.3, detected: 4.2, fenced: 7, placed: 7.6, running: 11, answering: 21, serving: 22 }).map(([title, x]) => ({ title, x, lo: x - 0.2 })),
  windows: [], marks: [{ x: 5.9, title: 'the power of n2 is off' }, { x: 9, title: 'dns: moved to n3' }, { x: 12, title: 'www was brought from n1 to n2 first' }, { x: 50.1, title: 'n2 is a member again' }],
  counts: { sent: 7500, late: 0, lost: 2180 },
};
const draw = (data: TimelineData): string => renderTimeline(data, { title: 'node-failure.web.r1', description: 'a probe every 10 ms' });
const texts = (svg: string): string[] => [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text = '']) => text);

test('every mark is named: above, or by a number with its text below', () => {
  const svg = draw(failure);
  expect(XMLValidator.validate(svg)).toBe(true);
  for (const { title } of failure.marks) expect(texts(svg).some((text) => text.includes(title))).toBe(true);
  for (const { title } of failure.phases) expect(texts(svg).some((text) => text.startsWith(title))).toBe(true);
  const list = texts(svg).find((text) => text.startsWith('No room above for: '));
  const numbers = [...(list ?? '').matchAll(/(?:: |; )(\d+) /g)].map(([, number = '']) => number);
  expect(numbers.length).toBeGreaterThan(0);
  for (const number of numbers) expect(svg).toContain(`stroke="white" stroke-width="3" paint-order="stroke">${number}<`);
});

test('the line of each mark says what it is', () => {
  for (const { title } of failure.marks) expect(draw(failure)).toContain(`><title>${title}</title></path>`);
});

test('where every label finds room there is no list, and the sheet is no higher', () => {
  const calm = { ...failure, phases: [], marks: failure.marks.slice(3) };
  expect(draw(calm)).not.toContain('No room above');
  const height = (svg: string): number => Number(/height="(\d+)"/.exec(svg)?.[1]);
  expect(height(draw(failure)) - height(draw({ ...failure, marks: [] }))).toBeGreaterThanOrEqual(22);
});

test('more marks than can be listed are counted', () => {
  const many = { ...failure, marks: Array.from({ length: 300 }, (_, index) => ({ x: index / 5, title: `mark ${index}` })) };
  const said = texts(draw(many)).join(' ');
  expect(said).toMatch(/; 40 mark \d+ \d+\.\d+ s; and \d+ more\./);
  expect(draw(many).match(/<title>mark/g)).toHaveLength(300);
});
