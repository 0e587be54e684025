import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import type { JudgedRun } from '../judged-run.ts';
import { collectMetrics } from './collect-metrics.ts';

/** The path of metrics at a collector that was named without one (OTLP/HTTP specification). */
const metricsPath = '/v1/metrics';

/**
 * Sends the metrics of a run to an OpenTelemetry collector by OTLP over HTTP (protobuf). Without `url` the exporter's own variables hold
 * (`OTEL_EXPORTER_OTLP_ENDPOINT`, else port 4318 of this machine); headers with a secret go into `OTEL_EXPORTER_OTLP_HEADERS`.
 *
 * @throws Error when the collector was not reached, or refused them.
 */
export async function sendOtlp(run: JudgedRun, url: string | null): Promise<void> {
  const target = url === null ? null : new URL(url);
  if (target?.pathname === '/') target.pathname = metricsPath;
  const exporter = new OTLPMetricExporter(target === null ? {} : { url: target.href });
  const metrics = await collectMetrics(run);
  try {
    await new Promise<void>((resolve, reject) => {
      exporter.export(metrics, ({ error }) => (error === undefined ? resolve() : reject(error)));
    });
  } catch (error) {
    throw new Error(`The collector${target === null ? '' : ` at ${target.origin}`} did not take the metrics (${(error as Error).message}). See that it listens for OTLP over HTTP there, and try again.`, { cause: error });
  } finally {
    await exporter.shutdown();
  }
}
