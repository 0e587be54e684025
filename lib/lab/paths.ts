import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the lab keeps what can be made again: `$XDG_CACHE_HOME/ha-acceptance`. */
export function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'ha-acceptance');
}

/** Where the lab keeps its state file, its socket and the logs of its worlds: `$XDG_STATE_HOME/ha-acceptance/lab`. */
export function stateFolder(): string {
  return join(process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'ha-acceptance', 'lab');
}

/** The file in which the world's supervisor is recorded. */
export function worldFile(): string {
  return join(stateFolder(), 'world.json');
}

/** Held while a world is being started, so that two `lab up` make one world. */
export function startLockFile(): string {
  return join(stateFolder(), 'start.lock');
}

/** Logs of one world. */
export function logFolder(incarnation: string): string {
  return join(stateFolder(), incarnation);
}
