import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabFailedError } from '../errors.ts';
import { lastWords } from '../last-words.ts';
import { tryLock, type FileLock } from '../libc.ts';
import { cacheFolder } from '../paths.ts';
import type { WorldImage } from '../world/options.ts';
import { spawnWorld } from '../world/spawn.ts';
import { chooseAccelerator } from './accelerator.ts';
import { buildGuestImage } from './guest-image.ts';
import { imageParts, partNames, type ImagePart } from './recipe.ts';
import { buildRootFilesystem, type BuildStep } from './root-filesystem.ts';

const lockPollMs = 300;

interface Watcher {
  onProgress: (message: string) => void;
  signal: AbortSignal | undefined;
}

/** Held shared by whoever builds or uses the cache, and exclusively by whoever removes something of it. */
export function cacheLockFile(): string {
  return join(cacheFolder(), 'lab.lock');
}

/** Held by the one who builds. */
function buildLockFile(): string {
  return join(cacheFolder(), 'lab-build.lock');
}

function partFolder(part: ImagePart): string {
  return join(cacheFolder(), 'lab', partNames()[part]);
}

/** True when what worlds are made from is there. */
export function isImageBuilt(): boolean {
  return imageParts.every((part) => existsSync(partFolder(part)));
}

async function lock(file: string, mode: 'shared' | 'exclusive', watcher: Watcher, waitingFor: string): Promise<FileLock> {
  let said = false;
  for (;;) {
    const held = tryLock(file, mode);
    if (held !== null) return held;
    if (!said) watcher.onProgress(`waiting for another process that ${waitingFor}`);
    said = true;
    await sleep(lockPollMs, undefined, watcher.signal === undefined ? {} : { signal: watcher.signal });
  }
}

/** Removes parts that no recipe makes any more, unless a world may be using them. */
function removeStaleParts(): void {
  const parent = join(cacheFolder(), 'lab');
  const wanted = new Set<string>(Object.values(partNames()));
  const stale = existsSync(parent) ? readdirSync(parent).filter((name) => !wanted.has(name)) : [];
  const alone = stale.length > 0 ? tryLock(cacheLockFile(), 'exclusive') : null;
  if (alone === null) return;
  for (const name of stale) rmSync(join(parent, name), { recursive: true, force: true });
  alone.release();
}

/** Starts three nodes that have no storage yet and lets them make one. */
async function buildStorage(target: string, step: BuildStep): Promise<void> {
  const logs = `${step.log}.storage`;
  const child = spawnWorld({
    mode: 'storage-template', incarnation: randomUUID(), cacheLock: null, worldFile: '', socket: '', logs, lifeline: true, templateTarget: target,
    image: { rootFilesystem: partFolder('rootfs'), guestLayer: partFolder('guest'), storage: null, accelerator: 'tcg' },
  });
  child.ref();
  const abort = (): void => void child.kill('SIGKILL');
  step.signal?.addEventListener('abort', abort);
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  step.signal?.removeEventListener('abort', abort);
  step.signal?.throwIfAborted();
  if (code !== 0) throw new LabFailedError(`The storage of the lab could not be prepared.${lastWords(logs)} Log: ${logs}/supervisor.log`);
}

const builders: Record<ImagePart, { title: string; build: (target: string, step: BuildStep) => Promise<void> }> = {
  rootfs: { title: 'building the root filesystem of the nodes, once (about 2 minutes)', build: buildRootFilesystem },
  guest: { title: "building the guests' kernel and initial RAM disk, once", build: (target) => buildGuestImage(partFolder('rootfs'), join(target, 'opt/lab')) },
  storage: { title: 'preparing the storage, once (about 30 seconds)', build: buildStorage },
};

/** Builds each missing part into a folder of its own and renames it when it is complete, so that what has its final name is whole. */
async function build(watcher: Watcher): Promise<void> {
  const parent = join(cacheFolder(), 'lab');
  mkdirSync(parent, { recursive: true });
  const step: BuildStep = { ...watcher, log: join(cacheFolder(), 'lab-build.log') };
  rmSync(step.log, { force: true });
  rmSync(`${step.log}.storage`, { force: true, recursive: true });
  for (const part of imageParts.filter((candidate) => !existsSync(partFolder(candidate)))) {
    watcher.onProgress(`${builders[part].title}; log: ${step.log}`);
    const work = join(parent, 'building');
    rmSync(work, { recursive: true, force: true }); // of a build that was killed
    mkdirSync(work);
    await builders[part].build(work, step);
    watcher.signal?.throwIfAborted();
    renameSync(work, partFolder(part));
  }
}

/**
 * Makes sure that the cache holds what worlds are made from, and returns it with a shared lock on the cache. The caller releases
 * the lock when the world has taken its own.
 */
export async function ensureImage(watcher: Watcher): Promise<{ image: WorldImage; lock: FileLock }> {
  removeStaleParts();
  const shared = await lock(cacheLockFile(), 'shared', watcher, 'removes the cache');
  try {
    if (!isImageBuilt()) {
      const builder = await lock(buildLockFile(), 'exclusive', watcher, 'builds the cache');
      try {
        if (!isImageBuilt()) await build(watcher);
      } finally {
        builder.release();
      }
    }
    const [rootFilesystem, guestLayer, storage] = [partFolder('rootfs'), partFolder('guest'), partFolder('storage')];
    const accelerator = await chooseAccelerator(join(cacheFolder(), 'lab-accelerator.json'), rootFilesystem, guestLayer);
    return { image: { rootFilesystem, guestLayer, storage, accelerator }, lock: shared };
  } catch (error) {
    shared.release();
    throw error;
  }
}
