import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { stateRoot } from '../safety/state-folder.ts';

/** Root of the project. */
export const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

/** Folder of the environment files; HA_ACCEPTANCE_ENVIRONMENTS names another one. */
export function environmentsFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env['HA_ACCEPTANCE_ENVIRONMENTS'] ?? join(projectRoot, 'environments');
}

/** Folder of the run records; HA_ACCEPTANCE_REPORTS names another one. */
export function reportsFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env['HA_ACCEPTANCE_REPORTS'] ?? join(projectRoot, 'reports');
}

/** Whether the cluster only stands in for one: HA_ACCEPTANCE_SIMULATED=1, set by whoever plays it, and said by every report of the run. */
export function isSimulated(env: NodeJS.ProcessEnv = process.env): boolean {
  return env['HA_ACCEPTANCE_SIMULATED'] === '1';
}

/** A run stops injecting and mends as soon as this file exists. */
export function killSwitchFile(): string {
  return join(stateRoot(), 'STOP');
}
