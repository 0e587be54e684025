import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LabFailedError } from '../errors.ts';
import { cacheLockFile } from '../image/cache.ts';
import { tryLock } from '../libc.ts';
import { cacheFolder } from '../paths.ts';

/** Removes the lab's cache. Refuses while a world uses it or somebody builds it. False when there was nothing to remove. */
export function labClean(): boolean {
  if (!existsSync(cacheFolder())) return false;
  const lock = tryLock(cacheLockFile(), 'exclusive');
  if (lock === null) throw new LabFailedError('The cache is in use: a lab is up, or being built. End it with "ha-acceptance lab down", then try again.');
  try {
    const image = join(cacheFolder(), 'lab');
    const was = existsSync(image);
    rmSync(image, { recursive: true, force: true });
    rmSync(cacheFolder(), { recursive: true, force: true });
    return was;
  } finally {
    lock.release();
  }
}
