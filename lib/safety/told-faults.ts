import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../environment/environment.ts';
import { runHook } from './hooks.ts';
import type { HookFacts } from './hooks.ts';
import { clusterFolder, writeDurably } from './state-folder.ts';

/** Whose hooks are told, and of which cluster. */
export type Teller = Pick<Environment, 'name' | 'hooks' | 'identity'>;

/** Notes in the state folder: the monitoring was told of a fault and not yet that it is over. Whoever mends tells it, even after a death. */
function folderOf(identity: string): string {
  return join(clusterFolder(identity), 'told');
}

/**
 * Tells the monitoring of a fault that is about to come, and leaves the note that it has to be told of its end.
 *
 * @throws Error when the hook fails or the note cannot be written: then nothing may be injected; the note stays
 */
export async function tellBeforeFault(teller: Teller, facts: HookFacts): Promise<void> {
  if (teller.hooks?.beforeFault === undefined && teller.hooks?.afterFault === undefined) return;
  writeDurably(join(folderOf(teller.identity), `${process.hrtime.bigint()}-${randomBytes(3).toString('hex')}.json`), `${JSON.stringify({ schema: 1, facts })}\n`);
  await runHook(teller, 'beforeFault', facts);
}

function read(path: string): HookFacts | null {
  try {
    const { facts } = JSON.parse(readFileSync(path, 'utf8')) as { facts?: HookFacts };
    return facts ?? null;
  } catch {
    return null;
  }
}

/**
 * Tells the monitoring that faults are over, of whose beginning it was told: those of one scenario of a run, or all of this
 * cluster. It never throws: what fails is said, and its note stays, so that the next one to mend tries again.
 */
export async function tellAfterFaults(teller: Teller, of: { run: string; scenario: string } | null, say: (line: string) => void): Promise<void> {
  const folder = folderOf(teller.identity);
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')).toSorted() : [];
  for (const path of names.map((name) => join(folder, name))) {
    const facts = read(path);
    if (facts === null || (of !== null && (facts['run'] !== of.run || facts['scenario'] !== of.scenario))) continue;
    try {
      await runHook(teller, 'afterFault', facts);
      rmSync(path, { force: true });
    } catch (error) {
      say((error as Error).message);
    }
  }
}
