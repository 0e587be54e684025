import { statSync } from 'node:fs';
import { join } from 'node:path';
import { exportFormats as sampleFormats, exportSamples } from '../record/samples-export.ts';
import type { ExportFormat as SampleFormat } from '../record/samples-export.ts';
import { readJudgedRun } from '../reporting/judged-run.ts';
import type { JudgedRun } from '../reporting/judged-run.ts';
import { CommandError, exitCode } from './exit-code.ts';
import { findReadableRun } from './find-run.ts';
import { say, sayJson } from './say.ts';

/** What a run can be exported as: its samples, or its figures as metrics. */
export const exportFormats = [...sampleFormats, 'prometheus', 'otlp'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export interface ExportOptions {
  /** A folder for the Prometheus textfile, a URL for OTLP; null: the run's own folder, the exporter's own variables. */
  to: string | null;
  json: boolean;
}

function exportAllSamples(folders: readonly string[], format: SampleFormat, json: boolean): number {
  const done = folders.map((folder) => ({ folder, exported: exportSamples(folder, format) }));
  if (json) sayJson(done);
  for (const { folder, exported } of json ? [] : done) {
    if (exported.length === 0) say(`${folder} holds no samples.`);
    for (const { source, file, rows, trouble } of exported) say(`${file ?? `not exported: ${source}`}${file === null ? '' : ` (${rows} probes)`}${trouble === null ? '' : `: ${trouble}`}`);
  }
  return done.every(({ exported }) => exported.every(({ file }) => file !== null)) ? exitCode.pass : exitCode.internal;
}

function checkCollector(to: string | null): void {
  const url = to === null ? null : URL.parse(to);
  if (to !== null && (url === null || !['http:', 'https:'].includes(url.protocol))) throw new CommandError(`--to "${to}" is not the URL of a collector. Write http://host:4318 or https://host/v1/metrics.`, exitCode.usage);
  if (url !== null && (url.username !== '' || url.password !== '')) throw new CommandError('--to holds a user or a password. Take them out, and put the header into the variable OTEL_EXPORTER_OTLP_HEADERS.', exitCode.usage);
}

/** A collector reads a folder that is there: one that is made anew, because of a slip in its name, is read by nobody. */
function checkTextfileFolder(to: string | null): void {
  if (to !== null && statSync(to, { throwIfNoEntry: false })?.isDirectory() !== true) throw new CommandError(`--to "${to}" is no folder, so no collector reads it. Name the one that the node exporter was started with (--collector.textfile.directory), or make it first.`, exitCode.usage);
}

/** Sends or writes the metrics of one run; says where they went. The libraries are loaded only for this. */
async function exportMetrics(run: JudgedRun, format: 'prometheus' | 'otlp', to: string | null): Promise<string> {
  if (format === 'prometheus') return (await import('../reporting/metrics/prometheus-textfile.ts')).writePrometheusTextfile(run, to ?? join(run.folder, 'export'));
  await (await import('../reporting/metrics/send-otlp.ts')).sendOtlp(run, to);
  return to ?? 'the collector that OTEL_EXPORTER_OTLP_ENDPOINT names, or port 4318 of this machine';
}

/** Of each environment the run that began last, in whatever order they were named: the figures of one take the place of the other's. The rest is told. */
function newestOfEach(runs: readonly JudgedRun[]): JudgedRun[] {
  const newest = new Map<string, JudgedRun>();
  for (const run of runs.toSorted((a, b) => Date.parse(a.description.anchor.wall) - Date.parse(b.description.anchor.wall))) newest.set(run.verdicts.environment, run);
  const kept = runs.filter((run) => newest.get(run.verdicts.environment) === run);
  for (const { verdicts } of runs.filter((run) => !kept.includes(run))) {
    process.stderr.write(`${verdicts.environment}/${verdicts.run} is left out: ${newest.get(verdicts.environment)?.verdicts.run ?? ''} of the same environment began later.\n`);
  }
  return kept;
}

/** Exports runs instead of making their reports. Returns the exit code. */
export async function exportRuns(runs: readonly string[], format: ExportFormat, options: ExportOptions): Promise<number> {
  if (options.to !== null && (format === 'csv' || format === 'parquet')) throw new CommandError(`--to is for --export prometheus and otlp; ${format} goes to <run>/export/.`, exitCode.usage);
  const { to, json } = options;
  const folders = [...new Set(runs.map(findReadableRun))];
  if (format === 'csv' || format === 'parquet') return exportAllSamples(folders, format, json);
  if (format === 'otlp') checkCollector(to);
  else checkTextfileFolder(to);
  const done: { folder: string; to: string }[] = [];
  const judged = folders.map(readJudgedRun);
  // A file in a run's own folder is no other run's.
  for (const run of format === 'prometheus' && to === null ? judged : newestOfEach(judged)) done.push({ folder: run.folder, to: await exportMetrics(run, format, to) });
  if (json) sayJson(done);
  for (const one of json ? [] : done) say(format === 'otlp' ? `${one.folder} -> ${one.to}` : one.to);
  return exitCode.pass;
}
