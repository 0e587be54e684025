import { XMLValidator } from 'fast-xml-parser';
import { expect, test } from 'vitest';
import type { ScenarioVerdict } from '../../record/types.ts';
import { phaseColours, renderPhaseStack } from './phase-stack.ts';
import type { PhaseStackOptions } from './phase-stack.ts';

const recovery: Pick<ScenarioVerdict, 'id' | 'phases' | 'accounts' | 'recoveries'> = {
  id: 'node-failure.web.r1',
  phases: [{ name: 'confirmed', lo: 100, hi: 300 }, { name: 'detected', lo: 4000, hi: 4400 }, { name: 'serving', lo: 20_000, hi: 20_200 }],
  accounts: [{ name: 'detected', lo: 9000, hi: 9001, source: 'log of n1', detail: 'lost', agrees: false }],
};

const draw = (scenarios: Parameters<typeof renderPhaseStack>[0], change: Partial<PhaseStackOptions> = {}): string => renderPhaseStack(scenarios, 'phases', { periodsMs: [10], medians: false, ...change }) ?? '';

/** Widths of the bars, px, in their order. */
function widths(svg: string): number[] {
  const bars = /aria-label="bar"[^>]*>(.*?)<\/g>/s.exec(svg)?.[1] ?? '';
  return [...bars.matchAll(/ width="([\d.]+)"/g)].map(([, width]) => Number(width));
}

/** The texts within the bars and of the legend, whose names follow a number. */
const texts = (svg: string): string[] => [...svg.matchAll(/aria-label="text"[^>]*>(.*?)<\/g>/gs)].flatMap(([, group = '']) => [...group.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text = '']) => text));

test('the steps follow each other, as long as they took', () => {
  const svg = draw([recovery]);
  expect(XMLValidator.validate(svg)).toBe(true);
  const [confirmed = 0, detected = 0, serving = 0] = widths(svg);
  expect(detected / confirmed).toBeCloseTo(4000 / 200, 1);
  expect(serving / confirmed).toBeCloseTo(15_900 / 200, 0);
});

test('phases that were seen against their order have no bar, and are whiskers that say so', () => {
  const phases = [{ name: 'confirmed', lo: 200, hi: 300 }, { name: 'detected', lo: 9000, hi: 9500 }, { name: 'fenced', lo: 3000, hi: 3500 }, { name: 'placed', lo: 10_000, hi: 10_500 }, { name: 'answering', lo: 20_000, hi: 20_020 }] as const;
  const svg = draw([{ ...recovery, accounts: [], phases: [...phases] }]);
  const [confirmed = 0, placed = 0, answering = 0, ...more] = widths(svg);
  expect(more).toEqual([]);
  expect(placed / confirmed).toBeCloseTo(1000 / 250, 1);
  expect(answering / confirmed).toBeCloseTo(9760 / 250, 0);
  expect(svg).toContain('1 recovery, 3 steps');
  expect(svg).toContain('2 phases were seen against their order: no step, their coloured whiskers alone');
  for (const word of ['3 detected', '4 fenced', 'detected 9000-9500 ms, seen against its order', 'fenced 3000-3500 ms, seen against its order']) expect(svg).toContain(word);
  expect(draw([recovery])).not.toContain('against');
});

test('a witness that contradicts is marked', () => {
  expect(draw([recovery])).toContain('#e3001b');
  expect(draw([{ ...recovery, accounts: [] }])).not.toContain('#e3001b');
});

test('a phase that was never seen to be reached ends the stack, and without phases there is no chart', () => {
  const open = { ...recovery, phases: [...recovery.phases.slice(0, 2), { name: 'serving' as const, lo: 20_000, hi: null }] };
  expect(widths(draw([open]))).toHaveLength(2);
  expect(renderPhaseStack([{ ...recovery, phases: [] }], 'phases', { periodsMs: [10], medians: false })).toBeNull();
});

test('the legend has the phases in their order, also where the first recovery lacks one', () => {
  const svg = draw([recovery, { ...recovery, id: 'node-failure.web.r2', phases: [{ name: 'injected', lo: 10, hi: 20 }, ...recovery.phases] }]);
  const words = [...svg.matchAll(/>(\d (?:injected|confirmed|detected|serving))</g)].map(([, word]) => word);
  expect(words).toEqual(['1 injected', '2 confirmed', '3 detected', '8 serving']);
});

test('a scenario with a fault after the other has a bar for each, and what witnesses say stands at the last', () => {
  const legs = ['n1', 'n2'].map((node) => ({ target: { node, role: null, disk: null }, phases: recovery.phases }));
  const svg = draw([{ ...recovery, recoveries: legs }]);
  expect(widths(svg)).toHaveLength(6);
  expect([...svg.matchAll(/node-failure\.web\.r1: (\d\. n\d)/g)].map(([, leg]) => leg)).toEqual(['1. n1', '2. n2']);
  expect(svg.match(/#e3001b/g)).toHaveLength(1);
});

test('any two phases differ in lightness, so that they are told apart in greyscale and by colour-blind readers', () => {
  const lightness = Object.values(phaseColours).map((colour) => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))).map(([red = 0, green = 0, blue = 0]) => 0.2126 * red + 0.7152 * green + 0.0722 * blue).toSorted((one, other) => one - other);
  const steps = lightness.slice(1).map((value, index) => value - (lightness[index] ?? 0));
  expect(steps).toHaveLength(8);
  expect(Math.min(...steps)).toBeGreaterThan(20);
});

test('bars are parted by white, and each has its name, its number where that is too wide, or nothing', () => {
  const svg = draw([recovery]);
  expect(svg).toMatch(/aria-label="bar"[^>]* stroke="white"/);
  expect(texts(svg).filter((text) => !text.includes(' '))).toEqual(['serving', 'detected']);
  const wide = draw([{ ...recovery, phases: [{ name: 'confirmed', lo: 100, hi: 300 }, { name: 'detected', lo: 8000, hi: 8400 }] }]);
  expect(texts(wide).filter((text) => !text.includes(' '))).toEqual(['2', 'detected']);
});

test('how often was looked is said, and diamonds only where there are some', () => {
  expect(draw([recovery])).toContain('1 recovery, 3 steps; guests probed every 10 ms; whiskers: within which the phase was reached');
  expect(draw([recovery])).toContain('diamonds');
  expect(draw([{ ...recovery, accounts: [] }])).not.toContain('diamonds');
  expect(draw([recovery], { periodsMs: [] })).toContain('not sampled by a probe');
});

test('bars of medians are no recoveries', () => {
  expect(draw([{ ...recovery, accounts: [] }], { medians: true })).toContain('1 bar, each the medians of n recoveries; guests probed every 10 ms; whiskers: medians of the ends');
});

test('a long name is wrapped and nothing of it is cut', () => {
  const id = 'failure-during-migration of a-web-server-with-a-long-name (coordinator, worker), production-cluster-east (n = 12)';
  const svg = draw([{ ...recovery, id }]);
  const lines = [...svg.matchAll(/<tspan[^>]*>([^<]*)</g)].map(([, line = '']) => line);
  expect(lines.join(' ').replaceAll('- ', '-')).toBe(id);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(54);
});
