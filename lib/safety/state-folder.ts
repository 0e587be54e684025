import { createHash } from 'node:crypto';
import { closeSync, existsSync, fstatSync, fsyncSync, openSync, readSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeFolderDurably, syncFolder } from '../record/durable-folder.ts';
import { writeWhole } from '../record/write-whole.ts';

/** `$XDG_STATE_HOME/ha-acceptance` (XDG Base Directory Specification: default ~/.local/state). */
export function stateRoot(env: NodeJS.ProcessEnv = process.env): string {
  const base = env['XDG_STATE_HOME'];
  return join(base !== undefined && base.startsWith('/') ? base : join(homedir(), '.local', 'state'), 'ha-acceptance');
}

/** Folder of one cluster, keyed by its identity, so that every clone on this machine finds it. */
export function clusterFolder(identity: string, env: NodeJS.ProcessEnv = process.env): string {
  return join(stateRoot(env), 'clusters', createHash('sha256').update(identity).digest('hex').slice(0, 24));
}

/** Folders of all clusters that this user ever touched from this machine. */
export function allClusterFolders(env: NodeJS.ProcessEnv = process.env): string[] {
  const parent = join(stateRoot(env), 'clusters');
  return existsSync(parent) ? readdirSync(parent).map((name) => join(parent, name)) : [];
}

/** Whether a file ends in the middle of a line, as after a power loss. */
function isTorn(path: string): boolean {
  const handle = openSync(path, 'r');
  try {
    const last = Buffer.alloc(1);
    const { size } = fstatSync(handle);
    return size > 0 && readSync(handle, last, 0, 1, size - 1) === 1 && last.toString() !== '\n';
  } finally {
    closeSync(handle);
  }
}

/** Appends whole lines, on a line of their own even behind a torn one, and returns when it is on disk (file and folder entry). Throws when that cannot be had. */
export function appendDurably(path: string, text: string): void {
  makeFolderDurably(dirname(path), { mode: 0o700 });
  const isNew = !existsSync(path);
  const start = !isNew && isTorn(path) ? '\n' : '';
  const handle = openSync(path, 'a', 0o600);
  try {
    writeWhole(handle, `${start}${text}`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  if (isNew) syncFolder(dirname(path));
}

/** Makes a file beside `path` with this text, on disk, and answers with its path. Throws when it cannot be had; then there is no such file. */
export function writeDraft(path: string, text: string): string {
  makeFolderDurably(dirname(path), { mode: 0o700 });
  const draft = `${path}.${process.pid}.tmp`;
  const handle = openSync(draft, 'w', 0o600);
  try {
    writeWhole(handle, text);
    fsyncSync(handle);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  } finally {
    closeSync(handle);
  }
  return draft;
}

/** Replaces a file in one step and returns when it is on disk: after a crash there is the old text or the new one, whole. */
export function writeDurably(path: string, text: string): void {
  renameSync(writeDraft(path, text), path);
  syncFolder(dirname(path));
}
