import { median } from '../../measurement/statistics.ts';
import { phaseNames } from '../../record/types.ts';
import type { ScenarioVerdict } from '../../record/types.ts';
import { recoveriesOf } from '../recoveries.ts';
import { effectOf } from './cells.ts';
import type { ComparedPhases, EffectKey } from './comparison-schema.ts';
import type { PairContext } from './pairs.ts';
import { judgePhases } from './phase-pairs.ts';
import type { Recovered, RecoveredSide } from './phase-pairs.ts';
import type { Side } from './side.ts';

type Phases = ComparedPhases['sides'][number]['phases'];

/** The medians of the ends of each phase that every recovery reached. In each recovery the phases are in order, so their medians are. */
function middlePhases(recoveries: readonly Pick<ScenarioVerdict, 'phases'>[]): Phases {
  return phaseNames.flatMap((name) => {
    const ends = recoveries.flatMap(({ phases }) => phases.filter((phase) => phase.name === name));
    const lo = median(ends.map((phase) => phase.lo));
    const hi = median(ends.flatMap((phase) => phase.hi ?? []));
    const reached = ends.filter((phase) => phase.hi !== null).length === recoveries.length;
    return lo === null || hi === null || !reached ? [] : [{ name, lo, hi }];
  });
}

interface Effect {
  key: EffectKey;
  sides: RecoveredSide[];
}

/** The recoveries of all sides by `keyOf` what was done. */
function recoveriesBy(sides: readonly Side[], keyOf: (scenario: ScenarioVerdict) => EffectKey): Effect[] {
  const effects = new Map<string, Effect>();
  for (const [index, { runs }] of sides.entries()) {
    for (const { description, verdicts } of runs) {
      for (const scenario of verdicts.scenarios) {
        const recovered = recoveriesOf(scenario).map(({ phases }): Recovered => ({ phases, role: effectOf(scenario).role, run: `${description.environment}/${description.run}` }));
        if (recovered.length === 0) continue;
        const key = keyOf(scenario);
        const effect = effects.get(JSON.stringify(key)) ?? { key, sides: sides.map((): RecoveredSide => ({ recoveries: [], without: 0 })) };
        effects.set(JSON.stringify(key), effect);
        effect.sides[index]?.recoveries.push(...recovered);
      }
    }
  }
  for (const { key, sides: ofEffect } of effects.values()) for (const [index, side] of ofEffect.entries()) side.without = withoutRecovery(sides[index], key);
  return [...effects.values()];
}

/** Scenarios of an effect that apply and left no recovery: blocked, broken off, or nobody saw it. One whose node is not known counts for every role. */
function withoutRecovery(side: Side | undefined, { row, variant, guest, role }: EffectKey): number {
  const scenarios = side?.runs.flatMap(({ verdicts }) => verdicts.scenarios) ?? [];
  return scenarios.filter((scenario) => scenario.row === row && (scenario.variant ?? null) === variant && scenario.guest === guest && [null, role].includes(role === null ? null : scenario.target.role) && scenario.verdict !== 'not-applicable' && recoveriesOf(scenario).length === 0).length;
}

function sayRoles(side: readonly Recovered[]): string {
  const said = side.map(({ role }) => role ?? 'of no known role');
  return [...new Set(said)].toSorted().map((role) => `${said.filter((one) => one === role).length} ${role}`).join(', ') || 'none';
}

/**
 * The recoveries of each row side by side: when each phase was reached, as medians, ms since the fault was commanded, and what each
 * phase says about each two sides. Where recoveries are of several roles, they are put together as well: much of a recovery does not
 * depend on the role of the node, and a row that cannot choose its node has few of each.
 */
export function phasesOf(sides: readonly Side[], context: PairContext): ComparedPhases[] {
  const byRole = recoveriesBy(sides, effectOf);
  const together = recoveriesBy(sides, (scenario) => ({ ...effectOf(scenario), role: null })).filter((effect) => new Set(effect.sides.flatMap(({ recoveries }) => recoveries.map(({ role }) => role))).size > 1);
  const compared = ({ key, sides: recovered }: Effect, anyRole: boolean): ComparedPhases => {
    const shown = { ...key, sides: recovered.map(({ recoveries, without }) => ({ n: recoveries.length, runs: new Set(recoveries.map(({ run }) => run)).size, without, phases: middlePhases(recoveries), roles: anyRole ? sayRoles(recoveries) : null })) };
    return { ...shown, pairs: recovered.flatMap((_, second) => Array.from({ length: second }, (__, first) => judgePhases(shown, recovered, [first, second], context)).flat()) };
  };
  return [...together.map((effect) => compared(effect, true)), ...byRole.map((effect) => compared(effect, false))];
}
