import { existsSync, readFileSync, rmSync } from 'node:fs';
import { worldFile } from '../paths.ts';
import { isAlive } from '../../record/process-identity.ts';
import type { WorldRecord } from '../world/options.ts';

/** The recorded world, or null when there is none. A record whose supervisor is gone is removed. */
export function findWorld(): WorldRecord | null {
  if (!existsSync(worldFile())) return null;
  const record = JSON.parse(readFileSync(worldFile(), 'utf8')) as WorldRecord;
  if (isAlive(record)) return record;
  rmSync(worldFile(), { force: true });
  rmSync(record.socket, { force: true });
  return null;
}
