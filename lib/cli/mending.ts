import { styleText } from 'node:util';
import type { Hypervisor } from '../adapters/hypervisor.ts';
import type { Environment } from '../environment/environment.ts';
import { inverses } from '../faults/inverses.ts';
import { deadlineMs } from '../safety/deadlines.ts';
import { forgetFailures } from '../safety/forget-failures.ts';
import { allClusterFolders, clusterFolder } from '../safety/state-folder.ts';
import { describeEntry, openEntries, openEntriesIn, revertedEntriesOfRun, unreadableEntries } from '../safety/journal.ts';
import type { JournalEntry } from '../safety/journal.ts';
import { keepMended } from '../safety/keep-mended.ts';
import { mend } from '../safety/mend.ts';
import type { MendResult } from '../safety/mend.ts';
import { waitForSteadyState } from '../safety/steady-state.ts';
import { noteSettled, readUnsettled, unsettledRunFolder } from '../safety/unsettled.ts';

/** Time for carrying out undos, and then for the cluster to become whole, ms on an idle machine. */
const undoBudgetMs = 300_000;
const wholeBudgetMs = 600_000;
const windowMs = 3000;

export interface Restoration {
  results: MendResult[];
  /** What is not whole afterwards, as sentences; empty when all is. */
  notWhole: string[];
}

/** Open entries of worlds that are gone, of the same disposable environment. */
export function entriesOfVanishedWorlds(environment: Environment, identity: string): JournalEntry[] {
  if (!environment.disposable) return [];
  return allClusterFolders()
    .filter((folder) => folder !== clusterFolder(identity))
    .flatMap(openEntriesIn)
    .filter((entry) => entry.disposable && entry.environment === environment.name);
}

/** Everything that is open for this cluster, from whichever clone or run. */
export function everythingOpen(environment: Environment, identity: string): JournalEntry[] {
  return [...entriesOfVanishedWorlds(environment, identity), ...openEntries(identity)];
}

async function whatIsNotWhole(environment: Environment, hypervisor: () => Promise<Hypervisor>, mended: readonly JournalEntry[], say: (line: string) => void): Promise<string[]> {
  const { signal } = new AbortController();
  try {
    const cluster = await hypervisor();
    await forgetFailures(cluster, signal);
    say('waiting until the cluster is whole again ...');
    const notYet = keepMended(mended, { environment, signal, progress: say, hypervisor }, { inverses });
    const state = await waitForSteadyState({ notYet, environment, hypervisor: cluster, windowMs, timeoutMs: deadlineMs(wholeBudgetMs), signal, progress: say });
    if (state.ok) say('the cluster is whole again: verified by reading it back');
    return state.ok ? [] : state.findings.map((finding) => `${finding.title}: ${finding.detail}. ${finding.remedy}`);
  } catch (error) {
    return [`the cluster could not be read: ${(error as Error).message}`];
  }
}

/**
 * Carries out what journals left undone, then waits until the cluster is whole whenever something was injected since it was
 * last found so. Mends whatever can be mended even when other things cannot, and never throws for something that could
 * not: it says so.
 */
export async function restoreCluster(environment: Environment, identity: string, hypervisor: () => Promise<Hypervisor>, say: (line: string) => void): Promise<Restoration> {
  const { signal } = new AbortController();
  const results = await mend(everythingOpen(environment, identity), { environment, signal, progress: say, hypervisor }, { inverses, budgetMs: deadlineMs(undoBudgetMs), identity });
  for (const { entry, outcome, detail } of results) say(`${outcome === 'reverted' ? 'mended' : outcome === 'moot' ? 'moot (its world is gone)' : 'NOT MENDED'}: ${describeEntry(entry)}: ${detail}`);
  const unreadable = unreadableEntries(identity);
  if (unreadable.length === 0 && readUnsettled(identity) === null && !results.some((result) => result.outcome === 'reverted')) return { results, notWhole: [] };
  const runFolders = new Set([unsettledRunFolder(identity) ?? [], results.map(({ entry }) => entry.runFolder)].flat());
  const mended = [...runFolders].flatMap(revertedEntriesOfRun).filter((entry) => entry.cluster.identity === identity);
  const notWhole = [...unreadable, ...(await whatIsNotWhole(environment, hypervisor, mended, say))];
  if (notWhole.length === 0 && results.every((result) => result.outcome !== 'failed')) noteSettled(identity);
  return { results, notWhole };
}

/** Whether everything that could be mended was. */
export function isRestored({ results, notWhole }: Restoration): boolean {
  return notWhole.length === 0 && results.every((result) => result.outcome !== 'failed');
}

/** The answer to who wants to end this process while it mends: what it is at, and how to finish later. */
export function describeStillMending(environmentName: string, identity: string): string {
  return `Still mending: ${openEntries(identity).map((entry) => entry.undo.title).join('; ') || 'waiting for the cluster to be whole'}. To finish later: kill -KILL ${process.pid}, then npx --no ha-acceptance restore --env ${environmentName}`;
}

/** The message that nobody must miss: what is still broken, and the exact commands to mend it by hand. */
export function explainNotRestored({ results, notWhole }: Restoration, environmentName: string): string {
  const failed = results.filter((result) => result.outcome === 'failed');
  const lines = [
    '',
    styleText(['bold', 'red'], '!!! THE CLUSTER COULD NOT BE FULLY RESTORED !!!'),
    ...failed.flatMap(({ entry, detail }) => [`  still broken: ${entry.undo.title}`, `    why: ${detail}`, ...entry.undo.manual.map((command) => `    by hand: ${command}`)]),
    ...notWhole.map((what) => `  not whole: ${what}`),
    `  try again: npx --no ha-acceptance restore --env ${environmentName}`,
    '',
  ];
  return lines.join('\n');
}
