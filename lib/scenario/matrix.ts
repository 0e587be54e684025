import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { RowName } from '../record/types.ts';
import { rowNames } from '../record/types.ts';
import { registeredRows } from './row.ts';
import type { RegisteredRow } from './row.ts';

/** Folder of the suite files. */
export const suitesFolder = fileURLToPath(new URL('../../suites', import.meta.url));

/** The suite file of a row. The whole path: the runner takes what it is given as part of a path, and "backup.suite.ts" is the end of another row's. */
export function suiteFile(row: RowName): string {
  return join(suitesFolder, `${row}.suite.ts`);
}

/** Loads every suite file, so that its row is registered. Node runs TypeScript as it is. */
export async function loadMatrix(): Promise<ReadonlyMap<RowName, RegisteredRow>> {
  for (const file of readdirSync(suitesFolder).filter((name) => name.endsWith('.suite.ts')).toSorted()) {
    await import(pathToFileURL(join(suitesFolder, file)).href);
  }
  return registeredRows();
}

/**
 * A named selection of rows. `guests`: of rows named here only that many guests are taken, the last ones of the environment file.
 * `variants`: of rows named here only these, which the row must have.
 */
export interface Profile {
  title: string;
  rows: readonly RowName[] | 'all';
  guests: Partial<Record<RowName, number>>;
  variants?: Partial<Record<RowName, readonly string[]>>;
  repeat: number;
}

/** Rows that take minutes and about which another guest on the same cluster says little more: one guest each, unless guests are named. */
const oneGuest = { 'backup-restore': 1, 'network-partition': 1, 'failure-during-migration': 1, 'failure-during-backup': 1 } as const;

export const profiles = {
  demo: { title: 'what "npm start" shows, a few minutes', rows: ['cluster-health', 'live-migration', 'node-failure', 'disk-removal', 'disk-return', 'backup'], guests: { 'node-failure': 1 }, variants: { 'node-failure': ['worker'] }, repeat: 1 },
  smoke: { title: 'read-only rows and live migration of one guest', rows: ['cluster-health', 'prerequisites', 'service-access', 'live-migration'], guests: { 'live-migration': 1 }, repeat: 1 },
  gate: { title: 'every row once', rows: 'all', guests: oneGuest, repeat: 1 },
  // Six figures are the least that give the median an exact interval of 95 %.
  nightly: { title: 'every row, six times', rows: 'all', guests: oneGuest, repeat: 6 },
} as const satisfies Record<string, Profile>;
export type ProfileName = keyof typeof profiles;

/** Rows of a profile that have a suite, in the order of the matrix. */
export function rowsOf(profile: Profile, registered: ReadonlyMap<RowName, RegisteredRow>): RowName[] {
  return rowNames.filter((row) => registered.has(row) && (profile.rows === 'all' || profile.rows.includes(row)));
}
