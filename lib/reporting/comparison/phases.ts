import { median } from '../../measurement/statistics.ts';
import { phaseNames } from '../../record/types.ts';
import type { ScenarioVerdict } from '../../record/types.ts';
import { recoveriesOf } from '../recoveries.ts';
import { effectOf } from './cells.ts';
import type { ComparedPhases } from './comparison-schema.ts';
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

/** The recoveries of each row side by side: when each phase was reached, as medians, ms since the fault was commanded. */
export function phasesOf(sides: readonly Side[]): ComparedPhases[] {
  const effects = new Map<string, { key: ReturnType<typeof effectOf>; recoveries: Pick<ScenarioVerdict, 'phases'>[][] }>();
  for (const [index, { runs }] of sides.entries()) {
    for (const scenario of runs.flatMap(({ verdicts }) => verdicts.scenarios).filter((found) => recoveriesOf(found).length > 0)) {
      const key = effectOf(scenario);
      const effect = effects.get(JSON.stringify(key)) ?? { key, recoveries: sides.map(() => []) };
      effects.set(JSON.stringify(key), effect);
      effect.recoveries[index]?.push(...recoveriesOf(scenario));
    }
  }
  return [...effects.values()].map(({ key, recoveries }) => ({ ...key, sides: recoveries.map((ofSide) => ({ n: ofSide.length, phases: middlePhases(ofSide) })) }));
}
