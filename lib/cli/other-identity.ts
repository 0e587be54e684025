import type { Environment } from '../environment/environment.ts';
import { describeEntry, fileOfEntry, openEntriesIn } from '../safety/journal.ts';
import type { JournalEntry } from '../safety/journal.ts';
import { allClusterFolders, clusterFolder } from '../safety/state-folder.ts';
import { CommandError, exitCode } from './exit-code.ts';

/**
 * Open undos of this environment under another identity than the one that its file says now: somebody edited `identity`, or the
 * cluster was built anew or got another CA. Those of a world that this tool made are moot when it is gone, and are not among them.
 */
export function openUnderOtherIdentity({ name, identity }: Pick<Environment, 'name' | 'identity'>): JournalEntry[] {
  const elsewhere = allClusterFolders().filter((folder) => folder !== clusterFolder(identity));
  return elsewhere.flatMap(openEntriesIn).filter((entry) => !entry.disposable && entry.environment === name);
}

/** The same as sentences, each with its identity. */
export function wordsUnderOtherIdentity(environment: Pick<Environment, 'name' | 'identity'>): string[] {
  return openUnderOtherIdentity(environment).map((entry) => `${describeEntry(entry)}, under the identity ${entry.cluster.identity} of cluster ${entry.cluster.name}`);
}

/** What can be done about them; nothing does it by itself, since the tool cannot know that it is the same cluster. */
export function remedyUnderOtherIdentity({ name, identity, source }: Pick<Environment, 'name' | 'identity' | 'source'>): string {
  return `If it is the same cluster, put its identity back where ${source.path} says ${identity}, and run: npx --no ha-acceptance restore --env ${name}. If that identity is gone for good, mend by hand and delete the file of the undo; "restore" shows both.`;
}

/** What is open under another identity, with the commands to mend it by hand and the files to delete then; null when nothing is. */
export function explainOtherIdentity(environment: Environment): string | null {
  const entries = openUnderOtherIdentity(environment);
  if (entries.length === 0) return null;
  return [
    `${entries.length} undo(s) of ${environment.name} are open under another identity than ${environment.identity}, which its file says now. Nothing of them was touched.`,
    ...entries.flatMap((entry) => [
      `  still broken: ${describeEntry(entry)}`,
      `    identity: ${entry.cluster.identity} (cluster ${entry.cluster.name})`,
      ...entry.undo.manual.map((command) => `    by hand: ${command}`),
      `    when that is done, delete ${fileOfEntry(entry)}`,
    ]),
    remedyUnderOtherIdentity(environment),
  ].join('\n');
}

/** @throws CommandError (refused) when anything is: nothing more is broken on top of it */
export function refuseOtherIdentity(environment: Environment): void {
  const explanation = explainOtherIdentity(environment);
  if (explanation !== null) throw new CommandError(`${explanation}\nNothing was injected.`, exitCode.refused);
}
