import { existsSync } from 'node:fs';
import { AdapterError } from '../adapters/adapter-error.ts';
import { loadEnvironment } from '../environment/load.ts';
import type { Environment } from '../environment/environment.ts';
import { loadMatrix } from '../scenario/matrix.ts';
import { select } from '../scenario/selection.ts';
import type { Selected } from '../scenario/selection.ts';
import { slowness } from '../safety/deadlines.ts';
import { runHook } from '../safety/hooks.ts';
import { LockHeld, takeLocalLock } from '../safety/local-lock.ts';
import { SshError } from '../transports/ssh-error.ts';
import { calibrateProber, describeCalibrated, refuseUncalibrated } from './calibrate.ts';
import { conductRun } from './conduct-run.ts';
import type { EventStream } from './event-stream.ts';
import { CommandError, exitCode } from './exit-code.ts';
import { holdClusterLock } from './hold-cluster-lock.ts';
import { isAnythingOpen, mendEarlier, openMendedTarget } from './mend-earlier.ts';
import { environmentsFolder, killSwitchFile } from './places.ts';
import { idleLimitFiles } from './planned-limits.ts';
import { refuseUnlessReady } from './preflight.ts';
import { say } from './say.ts';
import { watchForStop } from './stop.ts';
import type { Stop } from './stop.ts';
import type { TargetCluster } from './target.ts';

export interface RunOptions {
  env: string;
  suite: string[];
  guest: string[];
  repeat: number | null;
  profile: string | null;
  arm: string | null;
  limits: string | null;
  breakLock: boolean;
  capMinutes: number | null;
  /** How many of the environment's finished runs stay afterwards; null: all. */
  keep: number | null;
  /** Where the events of the run go as they happen, for a program that asked for them. */
  stream: EventStream | null;
}

/** The lock on the cluster lasts this much longer than the plan's worst case, ms. */
const lockMarginMs = 900_000;

function checkArming(options: RunOptions, environment: Environment): void {
  if (options.arm !== null && options.arm !== environment.arm) {
    throw new CommandError(`--arm ${options.arm} names another cluster than ${environment.source.path}, which says arm: ${environment.arm}. Nothing was touched. Say the name of the cluster that you mean.`, exitCode.usage);
  }
}

/** Longest time that these scenarios may take on this machine as it is now, ms. */
function worstCaseMs(scenarios: readonly Selected[]): number {
  return scenarios.reduce((sum, { row }) => sum + row.deadlineMs * slowness(), lockMarginMs);
}

/** Takes the lock on the cluster for a run, and answers with the way to release it. */
async function lockForRun({ hypervisor }: TargetCluster, options: RunOptions, scenarios: readonly Selected[], stop: Stop): Promise<() => Promise<void>> {
  return holdClusterLock(hypervisor, { environment: options.env, reason: `${scenarios.length} scenario(s)`, lifetimeMs: worstCaseMs(scenarios), breakLock: options.breakLock, signal: stop.signal, lost: () => stop.trigger({ kind: 'lock-lost' }) });
}

/**
 * Takes the lock on the cluster and mends what an earlier run left. A cluster that this left without quorum keeps no lock: then it
 * is mended first. Answers with the way to release the lock.
 */
async function lockAndMend(environment: Environment, target: TargetCluster, options: RunOptions, scenarios: readonly Selected[], stop: Stop): Promise<() => Promise<void>> {
  const mendFirst = async (): Promise<void> => mendEarlier(environment, async () => target.hypervisor);
  try {
    const release = await lockForRun(target, options, scenarios, stop);
    await mendFirst().catch(async (error: unknown) => {
      await release();
      throw error;
    });
    return release;
  } catch (error) {
    if (error instanceof LockHeld || error instanceof CommandError || stop.signal.aborted || !isAnythingOpen(environment)) throw error;
    say((error as Error).message);
    await mendFirst();
    return lockForRun(target, options, scenarios, stop);
  }
}

/** Whether the cluster, or the way to it, is what failed: no error of ours. */
function isOfTheCluster(error: unknown): boolean {
  return error instanceof AdapterError || error instanceof SshError || error instanceof AggregateError;
}

/** The main job. Returns the exit code. Throws errors that carry one when nothing was begun. */
export async function run(options: RunOptions): Promise<number> {
  const environment = loadEnvironment(options.env, { folder: environmentsFolder(), ...(options.limits === null ? {} : { limitsFile: options.limits }) });
  const { profile, scenarios } = select({ profile: options.profile, suites: options.suite, guests: options.guest, repeat: options.repeat }, environment, await loadMatrix());
  checkArming(options, environment);
  for (const idle of idleLimitFiles(environment, scenarios.map(({ row }) => row.row))) say(idle);
  const killSwitch = killSwitchFile();
  if (existsSync(killSwitch)) throw new CommandError(`The kill switch ${killSwitch} exists: nothing may be injected. Remove it when that is over.`, exitCode.refused);
  const stop = watchForStop({ killSwitch, capMinutes: options.capMinutes ?? Math.ceil(worstCaseMs(scenarios) / 60_000) });
  const releases: (() => Promise<void> | void)[] = [() => stop.close()];
  let begun = false;
  try {
    releases.push(takeLocalLock(environment.identity, `run on ${environment.name}`, { breakLock: options.breakLock, say }));
    const target = await openMendedTarget(environment, stop.signal);
    releases.push(async () => target.hypervisor.close());
    releases.push(await lockAndMend(environment, target, options, scenarios, stop));
    await refuseUnlessReady(environment, target.hypervisor, stop.signal);
    const calibration = await calibrateProber(environment, stop.signal, scenarios.map(({ row }) => row.row));
    refuseUncalibrated(calibration, environment.limits, scenarios.map(({ row }) => row.row));
    for (const line of describeCalibrated(calibration)) say(`prober: ${line}`);
    await runHook(environment, 'beforeRun', {}).catch((error: Error) => {
      throw new CommandError(`${error.message} Nothing was touched.`, exitCode.refused);
    });
    releases.push(async () => runHook(environment, 'afterRun', {}).catch((error: Error) => say(error.message)));
    stop.signal.throwIfAborted();
    return await conductRun({ options, environment, scenarios, profile, target, calibration, stop, begins: () => (begun = true) });
  } catch (error) {
    if (!stop.signal.aborted && !begun && isOfTheCluster(error)) throw new CommandError(`${(error as Error).message} Nothing was injected.`, exitCode.refused, { cause: error });
    if (!stop.signal.aborted || begun || error instanceof CommandError) throw error;
    say('Stopped before anything was injected.');
    return stop.reason()?.kind === 'internal' ? exitCode.internal : exitCode.interrupted;
  } finally {
    for (const release of releases.toReversed()) await release();
  }
}
