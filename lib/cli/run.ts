import { existsSync } from 'node:fs';
import { loadEnvironment } from '../environment/load.ts';
import type { Environment } from '../environment/environment.ts';
import { loadMatrix } from '../scenario/matrix.ts';
import { select } from '../scenario/selection.ts';
import type { Selected } from '../scenario/selection.ts';
import { takeClusterLock } from '../safety/cluster-lock.ts';
import { openEntries } from '../safety/journal.ts';
import { takeLocalLock } from '../safety/local-lock.ts';
import { beginRecord } from './begin-record.ts';
import { CommandError, exitCode, worstCode } from './exit-code.ts';
import { concludeRun } from './conclude-run.ts';
import { followProgress } from './live-progress.ts';
import { everythingOpen, explainNotRestored, isRestored, restoreCluster } from './mending.ts';
import type { Restoration } from './mending.ts';
import { environmentsFolder, killSwitchFile } from './places.ts';
import { refuseUnlessReady } from './preflight.ts';
import { describeStop, watchForStop } from './stop.ts';
import type { Stop } from './stop.ts';
import { startSuites } from './suites-process.ts';
import { openTarget } from './target.ts';
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
}

/** The lock on the cluster is renewed this often, and lasts this much longer than the plan's worst case, ms. */
const renewMs = 60_000;
const lockMarginMs = 900_000;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function checkArming(options: RunOptions, environment: Environment): void {
  if (options.arm !== null && options.arm !== environment.arm) {
    throw new CommandError(`--arm ${options.arm} names another cluster than ${environment.source.path}, which says arm: ${environment.arm}. Nothing was touched. Say the name of the cluster that you mean.`, exitCode.usage);
  }
}

/** Mends what an earlier run left, before anything else. Throws with exit code 4 when that cannot be done. */
async function mendEarlier(environment: Environment, { hypervisor, identity }: TargetCluster): Promise<void> {
  if (everythingOpen(environment, identity.identity).length === 0) return;
  say('An earlier run left undos open; they come first.');
  const restoration = await restoreCluster(environment, identity.identity, async () => hypervisor, say);
  if (!isRestored(restoration)) throw new CommandError(explainNotRestored(restoration, environment.name), exitCode.notRestored);
}

interface Conducting {
  options: RunOptions;
  environment: Environment;
  scenarios: Selected[];
  profile: string | null;
  target: TargetCluster;
  stop: Stop;
}

/** Conducts the scenarios in a process of their own, and mends whatever that process leaves, whatever way it ends. */
async function conductRun({ options, environment, scenarios, profile, target, stop }: Conducting): Promise<number> {
  const { hypervisor, identity } = target;
  const { writer, assignment } = await beginRecord({ options, environment, scenarios, profile, target, signal: stop.signal });
  say(`run ${writer.run} on ${environment.name} (${identity.name}), ${scenarios.length} scenario(s)`);
  const suites = startSuites(assignment);
  stop.signal.addEventListener('abort', () => suites.kill(), { once: true });
  if (stop.signal.aborted) suites.kill();
  const progress = followProgress(writer.eventsFile);
  const end = await suites.ended;
  const reason = stop.reason();
  if (reason !== null) say(`\nStopping: ${describeStop(reason)}. Nothing more is injected; mending what is open.`);
  else if (end.code === null) writer.event({ kind: 'note', scenario: null, level: 'error', message: `the process that conducts the scenarios was ended by ${end.signal ?? 'an unknown cause'}; see runner.log` });
  stop.onRepeated(() => {
    const open = openEntries(identity.identity);
    return `Still mending: ${open.map((entry) => entry.undo.title).join('; ') || 'waiting for the cluster to be whole'}. To finish later: kill -KILL ${process.pid}, then npx --no ha-acceptance restore --env ${environment.name}`;
  });
  let restoration: Restoration;
  try {
    restoration = await restoreCluster(environment, identity.identity, async () => hypervisor, (message) => writer.event({ kind: 'note', scenario: null, level: 'info', message }));
  } finally {
    progress.stop();
  }
  const code = await concludeRun({ writer, stopped: reason, runnerEnded: end, restoration, scenarios });
  if (!isRestored(restoration)) process.stderr.write(explainNotRestored(restoration, environment.name));
  return worstCode([code, isRestored(restoration) ? exitCode.pass : exitCode.notRestored, reason === null ? exitCode.pass : exitCode.interrupted]);
}

/** The main job. Returns the exit code. Throws errors that carry one when nothing was begun. */
export async function run(options: RunOptions): Promise<number> {
  const environment = loadEnvironment(options.env, { folder: environmentsFolder(), ...(options.limits === null ? {} : { limitsFile: options.limits }) });
  const { profile, scenarios } = select({ profile: options.profile, suites: options.suite, guests: options.guest, repeat: options.repeat }, environment, await loadMatrix());
  checkArming(options, environment);
  const killSwitch = killSwitchFile();
  if (existsSync(killSwitch)) throw new CommandError(`The kill switch ${killSwitch} exists: nothing may be injected. Remove it when that is over.`, exitCode.refused);
  const stop = watchForStop({ killSwitch, capMinutes: options.capMinutes });
  const releases: (() => Promise<void> | void)[] = [() => stop.close()];
  try {
    const target = await openTarget(environment, stop.signal);
    releases.push(async () => target.hypervisor.close());
    releases.push(takeLocalLock(target.identity.identity, `run on ${environment.name}`));
    await mendEarlier(environment, target);
    await refuseUnlessReady(environment, target.hypervisor, stop.signal);
    const lifetimeMs = scenarios.reduce((sum, { row }) => sum + row.deadlineMs, lockMarginMs);
    if (target.hypervisor.notice !== null) {
      const lock = await takeClusterLock(target.hypervisor.notice, { run: `${environment.name}-${process.pid}-${Date.now()}`, reason: `${scenarios.length} scenario(s)`, lifetimeMs, breakLock: options.breakLock, signal: stop.signal });
      if (lock.replaced !== null) say(`took over the lock of the cluster: ${lock.replaced}`);
      const renewal = setInterval(() => void lock.renew().catch(() => undefined), renewMs);
      releases.push(async () => {
        clearInterval(renewal);
        await lock.release().catch((error: Error) => say(`The lock on the cluster could not be released (${error.message}); it expires by itself.`));
      });
    }
    if (stop.signal.aborted) return exitCode.interrupted;
    return await conductRun({ options, environment, scenarios, profile, target, stop });
  } catch (error) {
    if (stop.signal.aborted && !(error instanceof CommandError)) return exitCode.interrupted;
    throw error;
  } finally {
    for (const release of releases.toReversed()) await release();
  }
}
