import { Command } from 'commander';
import { loadEnvironment } from '../environment/load.ts';
import type { Environment } from '../environment/environment.ts';
import { takeLocalLock } from '../safety/local-lock.ts';
import { tellAfterFaults } from '../safety/told-faults.ts';
import { readUnsettled } from '../safety/unsettled.ts';
import { allClusterFolders } from '../safety/state-folder.ts';
import { describeEntry, openEntriesIn, unreadableEntries } from '../safety/journal.ts';
import { finish } from '../safety/mend.ts';
import { codeOf, exitCode, worstCode } from './exit-code.ts';
import { enterLab, labEnvironmentName, labIsDown } from './inside-lab.ts';
import { lockToRestore } from './lock-to-restore.ts';
import { lazyTarget } from './mend-earlier.ts';
import { describeStillMending, explainNotRestored, everythingOpen, isRestored, restoreCluster } from './mending.ts';
import { explainOtherIdentity } from './other-identity.ts';
import { environmentsFolder } from './places.ts';
import { complain, say } from './say.ts';
import { codeOfStop, describeStop, watchForStop } from './stop.ts';
import type { StopReason } from './stop.ts';

/** With no lab up there is nothing left of any lab: what journals hold of them is moot, which is not called mended. */
function closeVanished(name: string): number {
  const entries = allClusterFolders().flatMap(openEntriesIn).filter((entry) => entry.disposable && entry.environment === name);
  for (const entry of entries) {
    finish(entry, 'moot', 'no lab is up, so its world is gone');
    say(`moot (its world is gone): ${describeEntry(entry)}`);
  }
  if (entries.length === 0) say(`nothing is open for ${name}: no journal has an undo that was not carried out`);
  return exitCode.pass;
}

/** Mends under both locks. A signal does not end it: half mended is worse than late. Returns 0, or 4 when something is still broken. */
async function mendUnderLock(environment: Environment, breakLock: boolean): Promise<number> {
  const { signal } = new AbortController();
  const release = takeLocalLock(environment.identity, 'restore', { breakLock, say });
  let releaseCluster = async (): Promise<void> => undefined;
  try {
    releaseCluster = await lockToRestore(environment, breakLock, signal);
    const target = lazyTarget(environment, signal);
    const restoration = await restoreCluster(environment, environment.identity, async () => (await target()).hypervisor, say);
    await target.close();
    await tellAfterFaults(environment, null, say);
    if (isRestored(restoration)) return exitCode.pass;
    complain(explainNotRestored(restoration, environment.name));
    return exitCode.notRestored;
  } finally {
    await releaseCluster();
    release();
  }
}

/**
 * Carries out what journals left undone. Returns the exit code: 0, 130 when a signal came and all was mended, or 4 when something
 * is still broken, under this identity or another one.
 */
async function restore(name: string, breakLock: boolean): Promise<number> {
  if (name === labEnvironmentName && labIsDown()) return closeVanished(name);
  const inLab = await enterLab(name, { startLab: false, keepLab: true });
  if (inLab !== null) return inLab;
  const environment = loadEnvironment(name, { folder: environmentsFolder() });
  const open = everythingOpen(environment, environment.identity);
  const unsettled = readUnsettled(environment.identity);
  const unreadable = unreadableEntries(environment.identity);
  const elsewhere = explainOtherIdentity(environment);
  if (elsewhere !== null) complain(elsewhere);
  const isElsewhere = elsewhere === null ? exitCode.pass : exitCode.notRestored;
  if (open.length === 0 && unsettled === null && unreadable.length === 0) {
    await tellAfterFaults(environment, null, say);
    if (elsewhere === null) say(`nothing is open for ${name}: no journal has an undo that was not carried out`);
    return isElsewhere;
  }
  say(`${open.length} undo(s) are open for ${name}${unsettled === null ? '' : `; ${unsettled}`}`);
  const stop = watchForStop({ killSwitch: null, capMinutes: null });
  stop.onRepeated(() => describeStillMending(name, environment.identity));
  stop.signal.addEventListener('abort', () => say(`\n${describeStop(stop.signal.reason as StopReason)}: what is being mended is mended to its end first.`), { once: true });
  try {
    return worstCode([isElsewhere, await mendUnderLock(environment, breakLock), codeOfStop(stop.reason())]);
  } finally {
    stop.close();
  }
}

/** `ha-acceptance restore` */
export function restoreCommand(): Command {
  return new Command('restore')
    .description('carry out what an interrupted run left undone, say what was done, and verify it')
    .requiredOption('--env <name>', 'environment, the name of a file in environments/')
    .option('--break-lock', 'take over the lock of another harness, on the cluster or on this machine; never one whose process is seen to run')
    .addHelpText('after', '\nExample:\n  $ npx --no ha-acceptance restore --env lab\n\nExit code: 0 when everything is mended (or nothing was open), 3 when another harness\nholds the cluster or another cluster answers, 4 when something could not be mended,\n130 when it was interrupted and mended everything first.')
    .action(async ({ env, breakLock }: { env: string; breakLock?: boolean }) => {
      process.exitCode = await restore(env, breakLock ?? false).catch((error: Error) => {
        complain(error.message);
        return codeOf(error);
      });
    });
}
