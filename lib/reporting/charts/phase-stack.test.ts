import { XMLValidator } from 'fast-xml-parser';
import { expect, test } from 'vitest';
import type { ScenarioVerdict } from '../../record/types.ts';
import { renderPhaseStack } from './phase-stack.ts';

const recovery: Pick<ScenarioVerdict, 'id' | 'phases' | 'accounts' | 'recoveries'> = {
  id: 'node-failure.web.r1',
  phases: [{ name: 'confirmed', lo: 100, hi: 300 }, { name: 'detected', lo: 4000, hi: 4400 }, { name: 'serving', lo: 20_000, hi: 20_200 }],
  accounts: [{ name: 'detected', lo: 9000, hi: 9001, source: 'log of n1', detail: 'lost', agrees: false }],
};

/** Widths of the bars, px, in their order. */
function widths(svg: string): number[] {
  const bars = /aria-label="bar"[^>]*>(.*?)<\/g>/s.exec(svg)?.[1] ?? '';
  return [...bars.matchAll(/ width="([\d.]+)"/g)].map(([, width]) => Number(width));
}

test('the steps follow each other, as long as they took', () => {
  const svg = renderPhaseStack([recovery], 'phases') ?? '';
  expect(XMLValidator.validate(svg)).toBe(true);
  const [confirmed = 0, detected = 0, serving = 0] = widths(svg);
  expect(detected / confirmed).toBeCloseTo(4000 / 200, 1);
  expect(serving / confirmed).toBeCloseTo(15_900 / 200, 0);
});

test('a witness that contradicts is marked', () => {
  expect(renderPhaseStack([recovery], 'phases')).toContain('#e3001b');
  expect(renderPhaseStack([{ ...recovery, accounts: [] }], 'phases')).not.toContain('#e3001b');
});

test('a phase that was never seen to be reached ends the stack, and without phases there is no chart', () => {
  const open = { ...recovery, phases: [...recovery.phases.slice(0, 2), { name: 'serving' as const, lo: 20_000, hi: null }] };
  expect(widths(renderPhaseStack([open], 'phases') ?? '')).toHaveLength(2);
  expect(renderPhaseStack([{ ...recovery, phases: [] }], 'phases')).toBeNull();
});

test('the legend has the phases in their order, also where the first recovery lacks one', () => {
  const svg = renderPhaseStack([recovery, { ...recovery, id: 'node-failure.web.r2', phases: [{ name: 'injected', lo: 10, hi: 20 }, ...recovery.phases] }], 'phases') ?? '';
  const words = [...svg.matchAll(/>(injected|confirmed|detected|serving)</g)].map(([, word]) => word);
  expect(words).toEqual(['injected', 'confirmed', 'detected', 'serving']);
});

test('a scenario with a fault after the other has a bar for each, and what witnesses say stands at the last', () => {
  const legs = ['n1', 'n2'].map((node) => ({ target: { node, role: null, disk: null }, phases: recovery.phases }));
  const svg = renderPhaseStack([{ ...recovery, recoveries: legs }], 'phases') ?? '';
  expect(widths(svg)).toHaveLength(6);
  expect([...svg.matchAll(/node-failure\.web\.r1: (\d\. n\d)/g)].map(([, leg]) => leg)).toEqual(['1. n1', '2. n2']);
  expect(svg.match(/#e3001b/g)).toHaveLength(1);
});
