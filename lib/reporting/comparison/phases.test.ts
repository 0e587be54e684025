import { describe, expect, test } from 'vitest';
import { phaseNames } from '../../record/types.ts';
import type { PhaseName } from '../../record/types.ts';
import { documentMarkdown } from '../document.ts';
import type { JudgedRun } from '../judged-run.ts';
import { judgedRun, judgedScenario, madeUpOptions } from '../testing/judged.ts';
import { compare } from './compare.ts';
import { comparisonDocument } from './comparison-document.ts';
import { comparisonSchema } from './comparison-schema.ts';
import type { Comparison, PhasePair } from './comparison-schema.ts';
import { sidesOf } from './side.ts';

/** Invented moments of a recovery, ms since the fault: `detected` by polls of 600 ms, `fenced` 2 s after it, the boot bimodal. */
function recovery(repeat: number, addedMs: number, without: readonly PhaseName[] = []): { name: PhaseName; lo: number; hi: number }[] {
  const at = (name: PhaseName): number => ({ injected: 200, detected: 3900 + repeat * 150 + addedMs, fenced: 5900 + repeat * 150 + addedMs, running: (repeat % 2 === 0 ? 12_000 : 33_000) + addedMs } as Partial<Record<PhaseName, number>>)[name] ?? 0;
  return phaseNames.filter((name) => at(name) > 0 && !without.includes(name)).map((name) => ({ name, lo: at(name) - 300, hi: at(name) + 300 }));
}

interface Made {
  addedMs?: number;
  roles?: readonly string[];
  without?: (repeat: number) => readonly PhaseName[];
}

/** One run of eight repeats. */
function made(environment: string, { addedMs = 0, roles = Array.from({ length: 8 }, () => 'worker'), without = () => [] }: Made = {}): JudgedRun {
  return judgedRun(environment, 1, roles.map((role, index) => judgedScenario([10_000 + index], { id: `network-partition.web.r${index + 1}`, row: 'network-partition', variant: null, repeat: index + 1, target: { node: `n${index % 3}`, role, disk: null }, phases: recovery(index, addedMs, without(index)) })));
}

const compared = (one: JudgedRun, other: JudgedRun, margins: Record<string, number> = {}): Comparison => compare(sidesOf([one, other], []), { ...madeUpOptions, margins });
const pairOf = ({ phases }: Comparison, phase: PhaseName, effect = 0): PhasePair | undefined => phases[effect]?.pairs.find((pair) => pair.phase === phase);

describe('phases of two sides', () => {
  test('what comes 13.2 s later is named with its interval, from the first phase on that does', () => {
    const comparison = compared(made('plain'), made('slow', { addedMs: 13_200 }));
    expect(comparisonSchema.parse(comparison)).toEqual(comparison);
    expect(pairOf(comparison, 'detected')).toMatchObject({ word: 'different', n: [8, 8], reached: [8, 8], medians: [4425, 17_625], resolution: 600, shift: { estimate: 13_200 } });
    expect(pairOf(comparison, 'detected')?.sentence).toBe('network-partition of web (worker): detected: plain 4425 ms, slow 17.63 s (medians of 8 in 1 run and 8 in 1 run); slow later by 13.2 s (95 %: 12.75 s to 13.65 s): different, the interval leaves zero out.');
    expect(pairOf(comparison, 'injected')?.word).toBe('below-resolution');
    expect(comparison.headline).toContain('; recoveries differ from detected on');
    const text = documentMarkdown(comparisonDocument(comparison));
    expect(text).toContain('The first phase that makes a difference is detected, after 1 of 1 earlier one without a difference that can be told.');
    expect(text).toMatch(/\| fenced \| plain: 6425 ms; n = 8 \| slow: 19.63 s; n = 8 \| slow later by 13.2 s .*\| different/);
  });

  test('the same are not called different, and equivalent within a margin that was declared for the phase', () => {
    const [one, other] = [made('plain'), made('again', { addedMs: 40 })];
    expect(compared(one, other).phases[0]?.pairs.map(({ word }) => word)).not.toContain('different');
    expect(documentMarkdown(comparisonDocument(compared(one, other)))).toContain('No phase is shown to differ.');
    expect(pairOf(compared(one, other, { 'network-partition.detected': 2000, '*': 10 }), 'detected')).toMatchObject({ word: 'equivalent', margin: 2000 });
  });

  test('a phase that some recovery did not reach is not judged, and said', () => {
    const comparison = compared(made('plain', { without: (repeat) => (repeat === 3 ? ['fenced'] : []) }), made('slow', { addedMs: 13_200 }));
    expect(pairOf(comparison, 'fenced')).toMatchObject({ word: 'not-enough-data', reached: [7, 8], because: '1 of 8 on plain did not reach it, or nobody saw it', shift: null });
  });

  test('a row that cannot choose its node: roles apart are too few, put together they tell, and what they were is said', () => {
    const roles = ['worker', 'worker', 'coordinator', 'worker', 'worker', 'worker'];
    const comparison = compared(made('plain', { roles }), made('slow', { addedMs: 13_200, roles: roles.map(() => 'worker') }));
    expect(comparison.phases.map(({ role, sides }) => [role, sides.map(({ n, roles: of }) => [n, of])])).toEqual([
      [null, [[6, '1 coordinator, 5 worker'], [6, '6 worker']]], ['worker', [[5, null], [6, null]]], ['coordinator', [[1, null], [0, null]]],
    ]);
    expect(pairOf(comparison, 'detected')).toMatchObject({ word: 'different', sentence: expect.stringMatching(/^network-partition of web, nodes of any role: detected: .*6 in 1 run: 1 coordinator, 5 worker and 6 in 1 run: 6 worker/) });
    expect(pairOf(comparison, 'detected', 1)?.word).toBe('not-enough-data');
    expect(pairOf(comparison, 'detected', 2)).toMatchObject({ word: 'not-comparable', because: 'slow has no such recovery' });
  });

  test('sides that are mostly of other roles are not compared over their roles', () => {
    const comparison = compared(made('plain', { roles: ['worker', 'worker', 'worker', 'worker', 'worker', 'coordinator'] }), made('slow', { roles: ['coordinator', 'coordinator', 'coordinator', 'coordinator', 'coordinator', 'worker'] }));
    expect(pairOf(comparison, 'detected')).toMatchObject({ word: 'not-comparable', because: 'the nodes have other roles: 1 coordinator, 5 worker on plain; 5 coordinator, 1 worker on slow' });
  });
});
