import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { JudgedRun } from '../judged-run.ts';
import { metricFamilies } from './metric-families.ts';

/** Reads once, when it is asked. The limit on the series of a metric, 2000 by default, would fold those of a large run into one. */
class ReadOnce extends MetricReader {
  constructor() {
    super({ cardinalitySelector: () => Number.MAX_SAFE_INTEGER });
  }

  protected override async onForceFlush(): Promise<void> {}

  protected override async onShutdown(): Promise<void> {}
}

/** What a run says, as OpenTelemetry has it: gauges by the instrumentation scope `ha-acceptance`, of the service `ha-acceptance`. */
export async function collectMetrics(run: JudgedRun): Promise<ResourceMetrics> {
  const reader = new ReadOnce();
  const { tool, environment } = run.verdicts;
  const resource = resourceFromAttributes({ 'service.name': 'ha-acceptance', 'service.version': tool, 'service.instance.id': environment });
  const provider = new MeterProvider({ readers: [reader], resource });
  const meter = provider.getMeter('ha-acceptance', tool);
  for (const { name, unit, help, points } of metricFamilies(run)) {
    const gauge = meter.createGauge(name, { unit, description: help });
    for (const { labels, value } of points) gauge.record(value, labels);
  }
  const { resourceMetrics, errors } = await reader.collect();
  await provider.shutdown();
  if (errors.length > 0) throw new Error(`The metrics could not be collected: ${errors.map(String).join('; ')}.`);
  return resourceMetrics;
}
