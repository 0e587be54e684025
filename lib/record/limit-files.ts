import type { Limits, LimitsOfFile, MeasurementName, RowName } from './types.ts';

/** The limits that hold where several files set some, the first that names one wins: leaving a limit out of a file loosens nothing. */
export function mergedLimits(files: readonly LimitsOfFile[]): Limits {
  const merged: Limits = {};
  for (const { limits } of files.toReversed()) {
    for (const row of Object.keys(limits) as RowName[]) merged[row] = { ...merged[row], ...limits[row] };
  }
  return merged;
}

/** The file that set this very limit; undefined where none of them did. */
export function fileThatSet(files: readonly LimitsOfFile[], row: RowName, name: MeasurementName, limit: number): string | undefined {
  return files.find(({ limits }) => limits[row]?.[name] === limit)?.file;
}

/** Files in words, the first wins: `strict.yaml; else environments/prod-a.yaml`. */
export function sayLimitFiles(files: readonly LimitsOfFile[]): string {
  return files.map(({ file }) => file).join('; else ');
}

/** Those of the files that name no limit of these rows. */
export function idleFiles(files: readonly LimitsOfFile[], rows: readonly RowName[]): string[] {
  return files.filter(({ limits }) => !rows.some((row) => Object.keys(limits[row] ?? {}).length > 0)).map(({ file }) => file);
}
