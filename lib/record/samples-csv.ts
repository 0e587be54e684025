import { closeSync, openSync, writeSync } from 'node:fs';
import type { Series } from './samples.ts';
import { exportedColumns, exportedRows, isoMicroseconds } from './samples-rows.ts';

/** Rows written at once: what stays in memory beside the series. */
const batchRows = 20_000;

/** Writes a series as comma-separated values with a head (RFC 4180), every row of it. An older file is replaced. */
export function writeSamplesCsv(file: string, series: Series, anchorWallMs: number): void {
  const fd = openSync(file, 'w');
  try {
    writeSync(fd, `${exportedColumns.join(',')}\r\n`);
    for (let from = 0; from < series.samples.length; from += batchRows) {
      const lines = exportedRows(series, anchorWallMs, from, from + batchRows).map(
        ({ seq, sentNs, sentUtcUs, receivedNs, rttMs, ok, duplicates, blind }) => `${seq},${sentNs},${isoMicroseconds(sentUtcUs)},${receivedNs ?? ''},${rttMs === null ? '' : rttMs.toFixed(6)},${ok},${duplicates},${blind}\r\n`,
      );
      writeSync(fd, lines.join(''));
    }
  } finally {
    closeSync(fd);
  }
}
