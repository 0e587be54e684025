import type { Verdicts } from '../../record/types.ts';

/** Allure takes no longer name of an environment. */
const longestName = 64;

function nameOf(environment: string, rest = ''): string {
  const room = longestName - rest.length;
  return `${environment.length > room ? `${environment.slice(0, room - 1)}…` : environment}${rest}`;
}

/** What a report over many runs can be switched to: a name, and the labels by which a test belongs there. */
export interface FleetWorld {
  name: string;
  labels: Record<string, string>;
}

/**
 * An entry for each environment, also for one of which there is no run; where it has several runs, one for each of them, the newest first (`prod-a 2 of 2, run ...`: Allure's menu cuts off what is longer). Allure hides the older of two tests
 * that share their id and their environment as a try that does not count: a fail must not be hidden by a later pass.
 */
export function fleetWorlds(runs: readonly Pick<Verdicts, 'environment' | 'run'>[], missing: readonly string[] = []): FleetWorld[] {
  const environments = [...new Set([...runs.map(({ environment }) => environment), ...missing])];
  return environments.flatMap((environment) => {
    const own = [...new Set(runs.filter((run) => run.environment === environment).map(({ run }) => run))].toSorted().toReversed();
    if (own.length < 2) return [{ name: nameOf(environment), labels: { parentSuite: environment } }];
    return own.map((run, index) => ({ name: nameOf(environment, ` ${own.length - index} of ${own.length}, run ${run}`), labels: { parentSuite: environment, run } }));
  });
}
