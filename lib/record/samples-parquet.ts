import { fileWriter, ParquetWriter } from 'hyparquet-writer';
import type { Series } from './samples.ts';
import { exportedRows } from './samples-rows.ts';

/** Rows of a row group: what stays in memory beside the series. */
const batchRows = 100_000;

/** As in `exportedColumns`. */
const schema: ConstructorParameters<typeof ParquetWriter>[0]['schema'] = [
  { name: 'root', num_children: 8 },
  { name: 'seq', type: 'INT64', repetition_type: 'REQUIRED' },
  { name: 'sent_ns', type: 'INT64', repetition_type: 'REQUIRED' },
  { name: 'sent_utc', type: 'INT64', converted_type: 'TIMESTAMP_MICROS', repetition_type: 'REQUIRED' },
  { name: 'received_ns', type: 'INT64', repetition_type: 'OPTIONAL' },
  { name: 'rtt_ms', type: 'DOUBLE', repetition_type: 'OPTIONAL' },
  { name: 'ok', type: 'BOOLEAN', repetition_type: 'REQUIRED' },
  { name: 'duplicates', type: 'INT32', repetition_type: 'REQUIRED' },
  { name: 'blind', type: 'BOOLEAN', repetition_type: 'REQUIRED' },
];

/** Writes a series as Apache Parquet, with the head of the samples file as `samples` in its metadata. An older file is replaced. */
export function writeSamplesParquet(file: string, series: Series, anchorWallMs: number): void {
  const writer = new ParquetWriter({ writer: fileWriter(file), schema, createdBy: 'ha-acceptance', kvMetadata: [{ key: 'samples', value: JSON.stringify(series.header) }] });
  for (let from = 0; from < series.samples.length; from += batchRows) {
    const rows = exportedRows(series, anchorWallMs, from, from + batchRows);
    void writer.write({
      columnData: [
        { name: 'seq', data: BigInt64Array.from(rows, ({ seq }) => BigInt(seq)) },
        { name: 'sent_ns', data: BigInt64Array.from(rows, ({ sentNs }) => BigInt(sentNs)) },
        { name: 'sent_utc', data: BigInt64Array.from(rows, ({ sentUtcUs }) => BigInt(sentUtcUs)) },
        { name: 'received_ns', data: rows.map(({ receivedNs }) => (receivedNs === null ? null : BigInt(receivedNs))) },
        { name: 'rtt_ms', data: rows.map(({ rttMs }) => rttMs) },
        { name: 'ok', data: rows.map(({ ok }) => ok === 1) },
        { name: 'duplicates', data: rows.map(({ duplicates }) => duplicates) },
        { name: 'blind', data: rows.map(({ blind }) => blind === 1) },
      ],
      rowGroupSize: batchRows,
    });
  }
  void writer.finish();
}
