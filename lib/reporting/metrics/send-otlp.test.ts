import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import protobuf from 'protobufjs';
import { expect, onTestFinished, test } from 'vitest';
import { judgedRun, judgedScenario } from '../testing/judged.ts';
import { sendOtlp } from './send-otlp.ts';

/** The part of OTLP's messages that is looked at here, by the field numbers of its specification. */
const { root } = protobuf.parse(`syntax = "proto3";
  message Request { repeated ResourceMetrics resource_metrics = 1; }
  message ResourceMetrics { Resource resource = 1; repeated ScopeMetrics scope_metrics = 2; }
  message Resource { repeated KeyValue attributes = 1; }
  message ScopeMetrics { repeated Metric metrics = 2; }
  message Metric { string name = 1; string unit = 3; Gauge gauge = 5; }
  message Gauge { repeated Point data_points = 1; }
  message Point { repeated KeyValue attributes = 7; double as_double = 4; sfixed64 as_int = 6; }
  message KeyValue { string key = 1; Value value = 2; }
  message Value { string string_value = 1; }`);

interface Attributes {
  attributes: { key: string; value: { stringValue: string } }[];
}

interface Request {
  resourceMetrics: { resource: Attributes; scopeMetrics: { metrics: { name: string; unit: string; gauge: { dataPoints: (Attributes & { asDouble: number })[] } }[] }[] }[];
}

interface Collector {
  url: string;
  received: { path: string; type: string; request: Request }[];
}

async function listen(status: number): Promise<Collector> {
  const received: Collector['received'] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const plain = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
      received.push({ path: request.url ?? '', type: request.headers['content-type'] ?? '', request: root.lookupType('Request').decode(plain) as unknown as Request });
      response.writeHead(status, { 'content-type': 'application/x-protobuf' }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

function labelsOf({ attributes }: Attributes): Record<string, string> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue]));
}

test('a collector gets every figure, an open bound as infinity', async () => {
  const collector = await listen(200);
  await sendOtlp(judgedRun('prod-a', 1, [judgedScenario([100], {}, { hi: null, lo: 90 })]), collector.url);
  const [{ path, type, request } = { path: '', type: '', request: { resourceMetrics: [] } as Request }] = collector.received;
  expect([path, type]).toEqual(['/v1/metrics', 'application/x-protobuf']);
  expect(labelsOf(request.resourceMetrics[0]?.resource ?? { attributes: [] })).toMatchObject({ 'service.name': 'ha-acceptance', 'service.instance.id': 'prod-a' });
  const measured = request.resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics)).find(({ name }) => name === 'ha_acceptance_measurement_seconds');
  expect(measured?.unit).toBe('s');
  expect(measured?.gauge.dataPoints.map((point) => [labelsOf(point)['bound'], point.asDouble])).toEqual([['lower', 0.09], ['upper', Number.POSITIVE_INFINITY]]);
});

test('more than 2000 series arrive each by itself', async () => {
  const collector = await listen(200);
  await sendOtlp(judgedRun('prod-a', 1, Array.from({ length: 2100 }, (_, index) => judgedScenario([100], { id: `node-failure.web.r${index + 1}`, repeat: index + 1 }))), collector.url);
  const metrics = collector.received.flatMap(({ request }) => request.resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics)));
  expect(metrics.find(({ name }) => name === 'ha_acceptance_measurement_seconds')?.gauge.dataPoints).toHaveLength(4200);
});

test('a collector that refuses is said, with what to do', async () => {
  const collector = await listen(400);
  await expect(sendOtlp(judgedRun('prod-a', 1, []), collector.url)).rejects.toThrow(/The collector at http:\/\/127\.0\.0\.1:\d+ did not take the metrics \(.*\)\. See that it listens/);
});
