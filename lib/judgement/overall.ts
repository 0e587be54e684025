import type { ScenarioVerdict, Verdict } from '../record/types.ts';

/**
 * The verdict of a whole run: the worst of its scenarios in the order fail, inconclusive, blocked. A record that is incomplete
 * does not pass, nor does a run without scenarios. `not-applicable` when nothing applied.
 */
export function overallVerdict(scenarios: readonly Pick<ScenarioVerdict, 'verdict'>[], incomplete: boolean): Verdict {
  const verdicts = new Set(scenarios.map(({ verdict }) => verdict));
  if (verdicts.has('fail')) return 'fail';
  if (verdicts.has('inconclusive') || verdicts.size === 0) return 'inconclusive';
  if (verdicts.has('blocked')) return 'blocked';
  if (incomplete) return 'inconclusive';
  return verdicts.has('pass') ? 'pass' : 'not-applicable';
}
