import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { clusterFolder, writeDurably } from './state-folder.ts';

/**
 * A note in the state folder: something was injected, and since then nobody has read the whole cluster back and found it
 * whole. An undo that was carried out is closed; whether the node joined again is another question, and this keeps it open.
 */
function path(identity: string): string {
  return join(clusterFolder(identity), 'unsettled.json');
}

/** Leaves the note. `runFolder`: where the run's journal is. Throws when it cannot be written. */
export function noteUnsettled(identity: string, run: string, runFolder: string): void {
  writeDurably(path(identity), `${JSON.stringify({ schema: 1, run, runFolder, since: new Date().toISOString() })}\n`);
}

/** Folder of the run that left the cluster unsettled; null when none did, or when the note, of an earlier version, does not say. */
export function unsettledRunFolder(identity: string): string | null {
  try {
    const { runFolder } = JSON.parse(readFileSync(path(identity), 'utf8')) as { runFolder?: unknown };
    return typeof runFolder === 'string' ? runFolder : null;
  } catch {
    return null;
  }
}

/** Since when and after which run nobody has found the cluster whole; null when it was. */
export function readUnsettled(identity: string): string | null {
  if (!existsSync(path(identity))) return null;
  try {
    const { run, since } = JSON.parse(readFileSync(path(identity), 'utf8')) as { run: string; since: string };
    return `run ${run} injected something at ${since} and ended before the cluster was found whole again`;
  } catch {
    return 'an earlier run injected something and ended before the cluster was found whole again';
  }
}

/** The whole cluster was read back and is whole. */
export function noteSettled(identity: string): void {
  rmSync(path(identity), { force: true });
}
