import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabFailedError } from '../errors.ts';
import { tryLock, type FileLock } from '../libc.ts';
import { cacheFolder } from '../paths.ts';
import type { WorldImage } from '../world/options.ts';
import { spawnWorld } from '../world/spawn.ts';
import { chooseAccelerator } from './accelerator.ts';
import { buildGuestImage } from './guest-image.ts';
import { recipeKey } from './recipe.ts';
import { buildRootFilesystem, type BuildStep } from './root-filesystem.ts';

const lockPollMs = 300;

/** Shared: a world uses the cache. Exclusive: it is being built or removed. */
export function cacheLockFile(): string {
  return join(cacheFolder(), 'lab.lock');
}

function imageFolder(): string {
  return join(cacheFolder(), 'lab', recipeKey());
}

/** True when what worlds are made from is there. */
export function isImageBuilt(): boolean {
  return existsSync(imageFolder());
}

async function lockCache(mode: 'shared' | 'exclusive', options: { onProgress: (message: string) => void; signal: AbortSignal | undefined }): Promise<FileLock> {
  let said = false;
  for (;;) {
    const lock = tryLock(cacheLockFile(), mode);
    if (lock !== null) return lock;
    if (!said) options.onProgress('waiting for another process that builds or uses the cache');
    said = true;
    await sleep(lockPollMs, undefined, options.signal === undefined ? {} : { signal: options.signal });
  }
}

async function buildStorage(work: string, log: string, signal: AbortSignal | undefined): Promise<void> {
  const target = join(work, 'storage');
  mkdirSync(target);
  const logs = join(work, 'world');
  const child = spawnWorld({
    mode: 'storage-template', incarnation: randomUUID(), cacheLock: null, worldFile: '', socket: '', logs, lifeline: true, templateTarget: target,
    image: { rootFilesystem: join(work, 'rootfs'), guestLayer: join(work, 'guest'), storage: null, accelerator: 'tcg' },
  });
  child.ref();
  const abort = (): void => void child.kill('SIGKILL');
  signal?.addEventListener('abort', abort);
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  signal?.removeEventListener('abort', abort);
  signal?.throwIfAborted();
  if (code !== 0) {
    renameSync(logs, `${log}.storage`);
    throw new LabFailedError(`The storage of the lab could not be prepared. Log: ${log}.storage/supervisor.log`);
  }
  rmSync(logs, { recursive: true });
}

/** Builds into a folder of its own and renames it when it is complete, so that what is found under the final name is whole. */
async function build(options: { onProgress: (message: string) => void; signal: AbortSignal | undefined }): Promise<void> {
  const parent = join(cacheFolder(), 'lab');
  mkdirSync(parent, { recursive: true });
  for (const name of readdirSync(parent)) rmSync(join(parent, name), { recursive: true, force: true });
  const work = join(parent, 'building');
  mkdirSync(work);
  const step: BuildStep = { ...options, log: join(cacheFolder(), 'lab-build.log') };
  rmSync(step.log, { force: true });
  rmSync(`${step.log}.storage`, { force: true, recursive: true });
  options.onProgress(`building the lab's root filesystem, once (about 3 minutes; log: ${step.log})`);
  await buildRootFilesystem(join(work, 'rootfs'), work, step);
  options.onProgress('building the guests\' kernel and initial RAM disk');
  await buildGuestImage(join(work, 'rootfs'), join(work, 'guest/opt/lab'));
  options.onProgress('preparing the storage');
  await buildStorage(work, step.log, options.signal);
  renameSync(work, imageFolder());
}

/**
 * Makes sure that the cache holds what worlds are made from, and returns it with a shared lock on the cache. The caller releases
 * the lock when the world has taken its own.
 */
export async function ensureImage(options: { onProgress: (message: string) => void; signal: AbortSignal | undefined }): Promise<{ image: WorldImage; lock: FileLock }> {
  for (;;) {
    const shared = await lockCache('shared', options);
    if (isImageBuilt()) {
      const folder = imageFolder();
      const rootFilesystem = join(folder, 'rootfs');
      const guestLayer = join(folder, 'guest');
      const accelerator = await chooseAccelerator(folder, rootFilesystem, guestLayer);
      return { image: { rootFilesystem, guestLayer, storage: join(folder, 'storage'), accelerator }, lock: shared };
    }
    shared.release();
    const exclusive = await lockCache('exclusive', options);
    try {
      if (!isImageBuilt()) await build(options);
    } finally {
      exclusive.release();
    }
  }
}
