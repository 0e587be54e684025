import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabFailedError } from '../errors.ts';
import { lastWords } from '../last-words.ts';
import { cacheLockFile, ensureImage } from '../image/cache.ts';
import { tryLock, type FileLock } from '../libc.ts';
import { logFolder, startLockFile, stateFolder, worldFile } from '../paths.ts';
import type { WorldRecord } from '../world/options.ts';
import { spawnWorld } from '../world/spawn.ts';
import type { Milestone } from '../world/startup.ts';
import { askWorld } from './control-client.ts';
import { isOverdue } from './deadline.ts';
import { labDown } from './down.ts';
import { preflight } from './preflight.ts';
import { findWorld } from './world-record.ts';

export interface UpOptions {
  /** The world dies with this process, whatever the way it dies. */
  lifeline: boolean;
  onProgress: (message: string) => void;
  signal?: AbortSignal | undefined;
}

/** From the start to "healthy" on an idle machine of two cores it takes about 20 s. */
const startDeadlineMs = 180_000;
const pollMs = 100;
const keptLogs = 5;

async function lockStart(options: UpOptions): Promise<FileLock> {
  for (let said = false; ; said = true) {
    const lock = tryLock(startLockFile(), 'exclusive');
    if (lock !== null) return lock;
    if (!said) options.onProgress('waiting for another process that is starting the lab');
    await sleep(pollMs, undefined, options.signal === undefined ? {} : { signal: options.signal });
  }
}

/** Removes the logs of all but the last few worlds. */
function pruneLogs(): void {
  const folders = readdirSync(stateFolder(), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => join(stateFolder(), entry.name));
  folders.sort((left, right) => statSync(right).mtimeMs - statSync(left).mtimeMs);
  for (const folder of folders.slice(keptLogs - 1)) rmSync(folder, { recursive: true, force: true });
}

async function spawnRecorded(options: UpOptions): Promise<WorldRecord> {
  const { image, lock } = await ensureImage({ onProgress: options.onProgress, signal: options.signal });
  try {
    mkdirSync(stateFolder(), { recursive: true, mode: 0o700 });
    pruneLogs();
    const incarnation = randomUUID();
    const logs = logFolder(incarnation);
    options.onProgress(`starting the lab (${image.accelerator.toUpperCase()}; logs: ${logs})`);
    const started = performance.now();
    const child = spawnWorld({
      mode: 'lab', incarnation, image, cacheLock: cacheLockFile(), worldFile: worldFile(), socket: join(stateFolder(), 'world.sock'), logs,
      lifeline: options.lifeline, templateTarget: null,
    });
    for (;;) {
      const world = findWorld();
      if (world !== null) return world;
      if (child.exitCode !== null || child.signalCode !== null) throw new LabFailedError(`The lab did not start.${lastWords(logs)} Logs: ${logs}`);
      if (options.signal?.aborted === true || isOverdue(performance.now() - started, startDeadlineMs)) {
        child.kill('SIGKILL');
        options.signal?.throwIfAborted();
        throw new LabFailedError(`The lab's nodes were not powered on in time. Logs: ${logs}`);
      }
      await sleep(20);
    }
  } finally {
    lock.release();
  }
}

async function untilHealthy(world: WorldRecord, options: UpOptions): Promise<void> {
  const started = performance.now();
  let told = 0;
  for (;;) {
    options.signal?.throwIfAborted();
    if (findWorld() === null) throw new LabFailedError(`The lab ended while it was starting.${lastWords(world.logs)} Logs: ${world.logs}`);
    const state = await askWorld<{ healthy: boolean; milestones: Milestone[] }>(world, '/state', options.signal);
    for (const milestone of state.milestones.slice(told)) options.onProgress(`${(milestone.afterMs / 1000).toFixed(1)} s: ${milestone.name}`);
    told = state.milestones.length;
    if (state.healthy) return;
    if (isOverdue(performance.now() - started, startDeadlineMs)) throw new LabFailedError(`The lab did not become healthy in time. "ha-acceptance lab status" says what is missing, logs: ${world.logs}. "ha-acceptance lab down" ends it.`);
    await sleep(pollMs);
  }
}

/**
 * Brings the lab up and returns its record when it is healthy and its guests answer. A lab that is up already is used as it is.
 * A world that was started here and did not become healthy is ended again; its logs stay and are named.
 */
export async function labUp(options: UpOptions): Promise<WorldRecord & { startedHere: boolean }> {
  await preflight();
  const lock = await lockStart(options);
  try {
    const running = findWorld();
    const world = running ?? (await spawnRecorded(options));
    try {
      await untilHealthy(world, options);
    } catch (error) {
      if (running === null) await labDown();
      throw error;
    }
    return { ...world, startedHere: running === null };
  } finally {
    lock.release();
  }
}
