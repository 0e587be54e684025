import { arch, availableParallelism, hostname, platform, release, userInfo } from 'node:os';
import { join } from 'node:path';
import { defaultLimitsFor } from '../environment/default-limits.ts';
import type { Environment } from '../environment/environment.ts';
import { sayLimitFiles } from '../record/limit-files.ts';
import { createRun } from '../record/run-writer.ts';
import type { RunWriter } from '../record/run-writer.ts';
import type { Assignment } from '../scenario/session.ts';
import type { Selected } from '../scenario/selection.ts';
import type { Calibrated } from './calibrate.ts';
import { CommandError, exitCode } from './exit-code.ts';
import { lockRunOf } from './hold-cluster-lock.ts';
import { earlierScenarios, expectedDuration } from './learned-durations.ts';
import { environmentsFolder, isSimulated, reportsFolder } from './places.ts';
import { proberChoice } from './prober-choice.ts';
import type { RunOptions } from './run.ts';
import type { TargetCluster } from './target.ts';
import { toolVersion } from '../record/tool-version.ts';

export interface BeginOptions {
  options: RunOptions;
  environment: Environment;
  scenarios: Selected[];
  profile: string | null;
  target: TargetCluster;
  /** Null: the prober was not calibrated. */
  calibration: Calibrated | null;
  signal: AbortSignal;
}

/** Creates the folder of the run. @throws CommandError when it cannot be written */
function createRecord(options: Parameters<typeof createRun>[0]): RunWriter {
  try {
    return createRun(options);
  } catch (error) {
    throw new CommandError(`The record of the run cannot be written to ${options.root} (${(error as Error).message}), so nothing was begun. Make room there, or set HA_ACCEPTANCE_REPORTS to a folder that can be written.`, exitCode.impossible, { cause: error });
  }
}

/** Creates the run's record: description, snapshot before, and every scenario that was selected. */
export async function beginRecord({ options, environment, scenarios, profile, target, calibration, signal }: BeginOptions): Promise<{ writer: RunWriter; assignment: Assignment }> {
  const { hypervisor, identity } = target;
  const before = await hypervisor.snapshot('full', { signal });
  const writer = createRecord({
    root: reportsFolder(),
    description: {
      tool: toolVersion(),
      environment: environment.name,
      platform: environment.platform,
      profile,
      simulated: isSimulated(),
      cluster: { name: identity.name, identity: identity.identity, versions: before.versions, settings: before.settings },
      prober: { ...(await proberChoice(environment)), periodMs: environment.probe.periodMs, waitMs: environment.probe.waitMs, lateAfterMs: environment.probe.lateAfterMs },
      calibration: calibration?.icmp ?? null,
      calibratedKinds: calibration?.kinds ?? [],
      suites: [...new Set(scenarios.map(({ row }) => row.row))],
      limits: environment.limits,
      limitsFrom: sayLimitFiles(environment.limitFiles),
      limitFiles: environment.limitFiles,
      defaultLimits: defaultLimitsFor(environment.probe.periodMs),
      seed: Math.floor(Math.random() * 2 ** 31),
      host: { name: hostname(), kernel: `${platform()} ${release()} ${arch()}`, node: process.version, cores: availableParallelism(), user: userInfo().username },
      environmentFile: environment.source.document,
    },
  });
  const beforeFile = join(writer.folder, 'evidence', 'snapshot-before.json');
  writer.evidence({ scenario: null, title: 'The cluster before the run', name: 'snapshot-before.json', mediaType: 'application/json', data: JSON.stringify(before, null, 2) });
  writer.event({ kind: 'run-started', scenario: null });
  for (const { id, row, guest, variant, repeat } of scenarios) writer.event({ kind: 'scenario-planned', scenario: id, row: row.row, guest: guest?.name ?? null, variant, repeat, title: row.title });
  const earlier = earlierScenarios(reportsFolder(), environment.name);
  const assignment: Assignment = {
    environment: options.env,
    environmentsFolder: environmentsFolder(),
    limitsFile: options.limits,
    runFolder: writer.folder,
    before: beforeFile,
    cluster: { name: identity.name, identity: identity.identity },
    armedWith: options.arm,
    expectedMs: Object.fromEntries(scenarios.map((scenario) => [scenario.id, expectedDuration(scenario, earlier).ms])),
    lockRun: hypervisor.notice === null ? null : lockRunOf(options.env),
    profile: options.profile,
    rows: [...new Set(scenarios.map(({ row }) => row.row))],
    suites: options.suite,
    guests: options.guest,
    repeat: options.repeat,
  };
  return { writer, assignment };
}
