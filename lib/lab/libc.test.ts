import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ioctl, tryLock, type FileLock } from './libc.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lab-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function take(mode: 'shared' | 'exclusive'): FileLock {
  const lock = tryLock(join(folder, 'below', 'lock'), mode);
  if (lock === null) throw new Error(`the ${mode} lock was refused`);
  return lock;
}

test('two may share a lock, and nobody gets it for himself until both are done', () => {
  const first = take('shared');
  const second = take('shared');
  expect(tryLock(join(folder, 'below', 'lock'), 'exclusive')).toBeNull();
  first.release();
  expect(tryLock(join(folder, 'below', 'lock'), 'exclusive')).toBeNull();
  second.release();
  take('exclusive').release();
});

test('an exclusive lock keeps everybody else out', () => {
  const lock = take('exclusive');
  expect(tryLock(join(folder, 'below', 'lock'), 'shared')).toBeNull();
  lock.release();
  take('shared').release();
});

test('a failed ioctl says which one and carries the errno', () => {
  const badDescriptor = 9;
  expect(() => ioctl(2 ** 20, 0, 0, 'Asking nobody')).toThrow(expect.objectContaining({ message: `Asking nobody failed with errno ${badDescriptor}.`, errno: badDescriptor }));
});
