import { randomInt } from 'node:crypto';

const letters = 'abcdefghijkmnpqrstuvwxyz23456789';

/** A run id: UTC to the second and four random characters, for example `20261121T020305Z-k3f9`. Ids sort by time. */
export function newRunId(now: Date = new Date()): string {
  const stamp = now.toISOString().replace(/\.\d+Z$/, 'Z').replace(/[-:]/g, '');
  return `${stamp}-${Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('')}`;
}

/** Whether a folder's name is a run id. */
export function isRunId(name: string): boolean {
  return /^\d{8}T\d{6}Z-[a-z0-9]{4}$/.test(name);
}
