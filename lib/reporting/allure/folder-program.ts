import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startNode } from './run-node.ts';

/** A Node program that works in a folder of its own, which is gone when it has ended. */
export interface FolderProgram {
  folder: string;
  /** Resolves when it did its work, and rejects with what it printed when it did not. */
  end: () => Promise<void>;
  /** Ends it as it is; nothing happens behind its end. */
  abandon: () => Promise<void>;
}

/**
 * Starts one.
 *
 * @param args behind its folder; its last argument is our pid.
 * @param closing called when it has ended, before its folder is removed.
 */
export function startInFolder(script: URL, args: readonly string[], closing: () => void = () => undefined, nodeOptions: readonly string[] = []): FolderProgram {
  const folder = mkdtempSync(join(tmpdir(), 'ha-acceptance-allure-'));
  const program = startNode(nodeOptions, fileURLToPath(script), [folder, ...args, String(process.pid)], folder);
  // It may fail long before somebody asks.
  const outcome = program.ended.then(() => null, (error: Error) => error);
  const finish = async (): Promise<Error | null> => {
    const failure = await outcome;
    closing();
    rmSync(folder, { recursive: true, force: true });
    return failure;
  };
  return {
    folder,
    async end() {
      const failure = await finish();
      if (failure !== null) throw failure;
    },
    async abandon() {
      program.kill();
      await finish();
    },
  };
}
