import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeFolderDurably } from './durable-folder.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'durable-folder-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('each folder that holds a new one is synced, and no other', () => {
  const synced: string[] = [];
  const sync = (path: string): void => void synced.push(path);
  const path = join(folder, 'clusters', '75da', 'open');
  makeFolderDurably(path, { mode: 0o700, sync });
  expect(synced).toEqual([join(folder, 'clusters', '75da'), join(folder, 'clusters'), folder]);
  expect([existsSync(path), statSync(path).mode & 0o777]).toEqual([true, 0o700]);
  makeFolderDurably(path, { sync });
  makeFolderDurably(join(folder, 'clusters', '75da', 'hands'), { sync });
  expect(synced.slice(3)).toEqual([join(folder, 'clusters', '75da')]);
});

test('what cannot be synced is told', () => {
  const fail = (): void => {
    throw new Error('EIO');
  };
  expect(() => makeFolderDurably(join(folder, 'new'), { sync: fail })).toThrow('EIO');
  makeFolderDurably(join(folder, 'other'));
  expect(existsSync(join(folder, 'other'))).toBe(true);
});
