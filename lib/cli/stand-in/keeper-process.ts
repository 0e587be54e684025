/** Sees to it that nothing of a stand-in is left when its test is gone, whichever way that went: it ends with its standard input. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { isAlive } from '../../record/process-identity.ts';
import type { ProcessIdentity } from '../../record/process-identity.ts';

/** What the process is told, by JSON in its last argument. */
export interface KeeperOrders {
  /** Everything of the stand-in is below it. */
  folder: string;
  namespaces: readonly string[];
  /** Where each command that was started is on record, one JSON a line; each leads its process group. */
  started: string;
}

const { folder, namespaces, started } = JSON.parse(process.argv.at(-1) ?? '') as KeeperOrders;

function endCommands(): void {
  const lines = existsSync(started) ? readFileSync(started, 'utf8').split('\n').filter((line) => line !== '') : [];
  for (const identity of lines.map((line) => JSON.parse(line) as ProcessIdentity)) if (isAlive(identity)) process.kill(-identity.pid, 'SIGKILL');
}

process.stdin.on('close', () => {
  endCommands();
  for (const name of namespaces) spawnSync('ip', ['netns', 'del', name]);
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  process.exit(0);
}).resume();
