import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import koffi from 'koffi';

const libc = koffi.load('libc.so.6');
const flockCall = libc.func('int flock(int fd, int operation)') as (descriptor: number, operation: number) => number;
const ioctlPointer = libc.func('int ioctl(int fd, unsigned long request, void *argument)') as (descriptor: number, request: number, argument: Buffer) => number;
const ioctlNumber = libc.func('int ioctl(int fd, unsigned long request, long argument)') as (descriptor: number, request: number, argument: number) => number;
const flockOperations = { shared: 1, exclusive: 2, unlock: 8 };
const withoutWaiting = 4;

/** Calls ioctl(2). The error names the call and the errno. */
export function ioctl(descriptor: number, request: number, argument: Buffer | number, title: string): number {
  const result = typeof argument === 'number' ? ioctlNumber(descriptor, request, argument) : ioctlPointer(descriptor, request, argument);
  if (result < 0) throw Object.assign(new Error(`${title} failed with errno ${koffi.errno()}.`), { errno: koffi.errno() });
  return result;
}

/** A lock on a file, held until `release` or until the process ends, whatever the way it ends. */
export interface FileLock {
  release: () => void;
}

/** Takes flock(2) on a file, which is made when absent. Null when another process holds it. */
export function tryLock(file: string, mode: 'shared' | 'exclusive'): FileLock | null {
  mkdirSync(dirname(file), { recursive: true });
  const descriptor = openSync(file, 'a');
  if (flockCall(descriptor, flockOperations[mode] | withoutWaiting) !== 0) {
    closeSync(descriptor);
    return null;
  }
  return { release: () => closeSync(descriptor) };
}
