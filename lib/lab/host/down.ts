import { rmSync } from 'node:fs';
import { LabFailedError } from '../errors.ts';
import { killAndWait } from '../../record/process-identity.ts';
import { worldFile } from '../paths.ts';
import { findWorld } from './world-record.ts';

const deathTimeoutMs = 30_000;

/** Ends the lab and everything of it; logs stay. False when none was up. */
export async function labDown(): Promise<boolean> {
  const world = findWorld();
  if (world === null) return false;
  // The first process of the pid namespace is gone only after all others of the namespace are.
  if (!(await killAndWait(world, deathTimeoutMs))) throw new LabFailedError(`The lab's supervisor (process ${world.pid}) does not die. Something of the kernel hangs; see "dmesg".`);
  rmSync(worldFile(), { force: true });
  rmSync(world.socket, { force: true });
  return true;
}
