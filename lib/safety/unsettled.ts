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

/** Leaves the note. Throws when it cannot be written. */
export function noteUnsettled(identity: string, run: string): void {
  writeDurably(path(identity), `${JSON.stringify({ schema: 1, run, since: new Date().toISOString() })}\n`);
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
