import { defaultLimitsFor } from '../environment/default-limits.ts';
import type { Environment } from '../environment/environment.ts';
import { tellAfterFaults } from '../safety/told-faults.ts';
import type { Selected } from '../scenario/selection.ts';
import { beginRecord } from './begin-record.ts';
import type { Calibrated } from './calibrate.ts';
import { earlierScenarios, expectedDuration } from './learned-durations.ts';
import { concludeRun } from './conclude-run.ts';
import { exitCode, worstCode } from './exit-code.ts';
import { followProgress } from './live-progress.ts';
import { notifyOfVerdict } from './notify.ts';
import { describeStillMending, explainNotRestored, isRestored, restoreCluster } from './mending.ts';
import type { RunOptions } from './run.ts';
import { removeOldRuns } from './old-runs.ts';
import { reportsFolder } from './places.ts';
import { complain, say } from './say.ts';
import { codeOfStop, describeStop } from './stop.ts';
import type { Stop, StopReason } from './stop.ts';
import { startSuites } from './suites-process.ts';
import type { SuitesEnd } from './suites-process.ts';
import type { TargetCluster } from './target.ts';

export interface Conducting {
  options: RunOptions;
  environment: Environment;
  scenarios: Selected[];
  profile: string | null;
  target: TargetCluster;
  /** Null: the prober was not calibrated. */
  calibration: Calibrated | null;
  stop: Stop;
  /** Is called when the process that injects is about to be started: what goes wrong before that has touched nothing. */
  begins: () => void;
}

function sayHowItEnded(reason: StopReason | null, end: SuitesEnd): void {
  if (reason !== null) say(`\nStopping: ${describeStop(reason)}. Nothing more is injected; mending what is open.`);
  else if (end.code === null) complain(`\nThe process that conducts the scenarios was ended by ${end.signal ?? 'an unknown cause'}. Mending what is open.`);
}

/**
 * Conducts the scenarios in a process of their own, and mends whatever that process leaves, whatever way it ends: first
 * that, then the reports. Returns the exit code.
 */
export async function conductRun({ options, environment, scenarios, profile, target, calibration, stop, begins }: Conducting): Promise<number> {
  const { hypervisor, identity } = target;
  const { writer, assignment } = await beginRecord({ options, environment, scenarios, profile, target, calibration, signal: stop.signal });
  say(`run ${writer.run} on ${environment.name} (${identity.name}), ${scenarios.length} scenario(s)`);
  options.stream?.begin(writer);
  begins();
  const suites = startSuites(assignment);
  stop.signal.addEventListener('abort', () => suites.kill(), { once: true });
  if (stop.signal.aborted) suites.kill();
  const earlier = earlierScenarios(reportsFolder(), environment.name);
  const expectedMs = new Map(scenarios.map((scenario) => [scenario.id, expectedDuration(scenario, earlier).ms]));
  const defaults = defaultLimitsFor(environment.probe.periodMs);
  const progress = followProgress({ folder: writer.folder, eventsFile: writer.eventsFile, expectedMs, outageLimitMs: (row) => environment.limits[row]?.outage ?? defaults[row]?.outage ?? null });
  const end = await suites.ended;
  progress.quiet();
  sayHowItEnded(stop.reason(), end);
  stop.onRepeated(() => describeStillMending(environment.name, identity.identity));
  const restoration = await restoreCluster(environment, identity.identity, async () => hypervisor, (message) => writer.event({ kind: 'note', scenario: null, level: 'info', message }));
  await tellAfterFaults(environment, null, complain);
  progress.stop();
  const restored = isRestored(restoration);
  const notRestored = restored ? null : explainNotRestored(restoration, environment.name);
  if (notRestored !== null) complain(notRestored);
  const reason = stop.reason();
  const codes = [restored ? exitCode.pass : exitCode.notRestored, codeOfStop(reason)];
  try {
    codes.push(await concludeRun({ writer, stopped: reason, runnerEnded: end, restoration, scenarios }));
    await notifyOfVerdict(environment, writer.folder, notRestored);
    if (options.keep !== null) removeOldRuns(environment.name, options.keep);
  } catch (error) {
    complain(`The reports could not be made: ${(error as Error).message}. The record is ${writer.folder}; make them again with "npx --no ha-acceptance report ${writer.folder}".`);
    codes.push(exitCode.internal);
  }
  return worstCode(codes);
}
