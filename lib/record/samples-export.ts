import { globSync, mkdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileWithin } from './file-within.ts';
import { readDescription } from './run-reader.ts';
import { writeSamplesCsv } from './samples-csv.ts';
import { writeSamplesParquet } from './samples-parquet.ts';
import { readSamples } from './samples-reader.ts';
import type { Series } from './samples.ts';

/** What samples can be exported as. */
export const exportFormats = ['csv', 'parquet'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** One file that was exported; `trouble` says why it is not whole, or why there is none (then `file` is null). */
export interface ExportedSamples {
  source: string;
  file: string | null;
  rows: number;
  trouble: string | null;
}

const writers: Record<ExportFormat, (file: string, series: Series, anchorWallMs: number) => void> = { csv: writeSamplesCsv, parquet: writeSamplesParquet };

/**
 * Exports the samples of every probe of a run, by its folder, to `export/<scenario id>/<probe>.<format>` in it, one at a time; see
 * samples-rows.ts for the columns. The samples themselves stay as they are.
 *
 * @throws Error when the folder is not the record of a run, and of the file system when nothing can be written.
 */
export function exportSamples(runFolder: string, format: ExportFormat): ExportedSamples[] {
  const anchorWallMs = Date.parse(readDescription(runFolder).anchor.wall);
  const below = join(runFolder, 'samples');
  return globSync(join(below, '**', '*.samples')).toSorted().map((source) => {
    const name = relative(below, source);
    let series: Series;
    try {
      series = readSamples(fileWithin(resolve(runFolder), relative(resolve(runFolder), resolve(source))));
    } catch (error) {
      return { source: name, file: null, rows: 0, trouble: (error as Error).message };
    }
    const file = join(runFolder, 'export', `${name.slice(0, -'.samples'.length)}.${format}`);
    mkdirSync(dirname(file), { recursive: true });
    writers[format](file, series, anchorWallMs);
    return { source: name, file, rows: series.samples.length, trouble: series.complete ? null : 'the recording was cut off; what is readable of it was exported' };
  });
}
