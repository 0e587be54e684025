import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { writeAtomically } from '../../record/atomic-file.ts';
import type { JudgedRun } from '../judged-run.ts';
import { collectMetrics } from './collect-metrics.ts';

/** The metrics of a run in the text format of Prometheus, without timestamps: the textfile collector of the node exporter refuses them. */
export async function renderPrometheus(run: JudgedRun): Promise<string> {
  return new PrometheusSerializer(undefined, false, undefined, true, true).serialize(await collectMetrics(run));
}

/**
 * Writes `ha-acceptance-<environment>.prom` into a folder, whole or not at all, as the node exporter's textfile collector wants it: a
 * newer run of the environment takes the place of the older one. Returns the path.
 *
 * @throws Error of the file system.
 */
export async function writePrometheusTextfile(run: JudgedRun, folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `ha-acceptance-${run.verdicts.environment}.prom`);
  writeAtomically(path, await renderPrometheus(run));
  return path;
}
