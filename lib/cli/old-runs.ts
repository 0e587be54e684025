import { pruneRuns } from '../record/run-folder.ts';
import { openEntriesIn, openIdsOfRun } from '../safety/journal.ts';
import { allClusterFolders } from '../safety/state-folder.ts';
import { reportsFolder } from './places.ts';
import { say } from './say.ts';

/** Removes the oldest finished runs of the environment and says which; never one whose undo is open, of whichever cluster, by its own journal or by the state folder. */
export function removeOldRuns(environment: string, keep: number): void {
  const open = new Set(allClusterFolders().flatMap(openEntriesIn).map(({ runFolder }) => runFolder));
  const removed = pruneRuns({ root: reportsFolder(), environment, keep, hasOpenUndo: (folder) => open.has(folder) || openIdsOfRun(folder).length > 0 });
  if (removed.length > 0) say(`removed ${removed.length} older run(s): ${removed.join(', ')}`);
}
