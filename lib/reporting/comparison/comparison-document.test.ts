import { expect, test } from 'vitest';
import type { ScenarioVerdict } from '../../record/types.ts';
import type { JudgedRun } from '../judged-run.ts';
import { around, judgedRun, judgedScenario } from '../testing/judged.ts';
import { compare } from './compare.ts';
import { comparisonDocument } from './comparison-document.ts';
import { sidesOf } from './side.ts';

const phases: ScenarioVerdict['phases'] = [{ name: 'detected', lo: 4000, hi: 4400 }, { name: 'serving', lo: 9900, hi: 9910 }];

/** Nine nights of an environment, each with one recovery. */
const side = (environment: string, middleMs: number): JudgedRun[] => around(middleMs, 9).map((truth, index) => judgedRun(environment, index, [judgedScenario([truth], { phases })]));

test('its charts say how often was sampled, and that of the phases over how many recoveries its medians are', () => {
  const { blocks } = comparisonDocument(compare(sidesOf([...side('pve', 10_000), ...side('hyperv', 15_000)], []), { margins: {}, events: {}, tool: 'ha-acceptance 0.0.0-synthetic', command: 'compare' }));
  const descriptions = new Map(blocks.flatMap((block) => ('chart' in block ? [[block.chart.name, /<desc[^>]*>([^<]*)</.exec(block.chart.svg)?.[1]]] : [])));
  expect(descriptions.get('phases.svg')).toBe('2 bars, each the medians of n recoveries; guests probed every 10 ms; whiskers: medians of the ends within which the phase was reached');
  expect([...descriptions.keys()]).toHaveLength(3);
  for (const description of descriptions.values()) expect(description).toMatch(/every 10 ms/);
});
