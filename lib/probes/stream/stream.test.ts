import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { measureWindow } from '../../measurement/window.ts';
import { readSamples } from '../../record/samples-reader.ts';
import type { ProbeSpec } from '../probe.ts';
import { openProber } from '../prober.ts';
import type { Prober } from '../prober.ts';
import { until } from '../testing-events.ts';
import { listen, serveDns } from './testing.ts';

let folder = '';
let prober: Prober;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stream-'));
  prober = openProber();
});
afterEach(async () => {
  await prober.close();
  rmSync(folder, { recursive: true });
});
const spec = (change: Partial<ProbeSpec>): ProbeSpec => ({ name: 'a', kind: 'http', guest: null, target: '', periodMs: 20, waitMs: 1000, ...change });
const fileOf = (name: string): string => join(folder, `${name}.samples`);

test('a service that stops and comes back is an outage that contains the truth, by http, tcp and name', async () => {
  const dns = await serveDns({ 'www.lab.test': '127.0.0.1' });
  const serve = createServer((_, response) => response.end('all well'));
  let server = await listen(serve);
  const { port } = server;
  const probes = await Promise.all([
    prober.startProbe(spec({ name: 'http', target: `http://www.lab.test:${port}/`, resolver: `127.0.0.1:${dns.port}`, expect: 'well' }), { file: fileOf('http'), anchorNs: 0n }),
    prober.startProbe(spec({ name: 'tcp', kind: 'tcp', target: `127.0.0.1:${port}` }), { file: fileOf('tcp'), anchorNs: 0n }),
    prober.startProbe(spec({ name: 'dns', kind: 'dns', target: `127.0.0.1:${dns.port}`, query: 'www.lab.test' }), { file: fileOf('dns'), anchorNs: 0n }),
  ]);
  expect(probes.map(({ engine }) => engine)).toEqual(['http-node', 'tcp-node', 'dns-node']);
  await Promise.all(probes.map(async (probe) => probe.answered(0, AbortSignal.timeout(5000))));
  await delay(200);
  const closing = Number(process.hrtime.bigint());
  await server.close();
  const downFrom = Number(process.hrtime.bigint());
  await delay(310);
  const opening = Number(process.hrtime.bigint());
  server = await new Promise((resolve) => void serve.listen(port, '127.0.0.1', () => resolve({ port, close: async () => new Promise((done) => void serve.close(() => done())) })));
  const upFrom = Number(process.hrtime.bigint());
  await Promise.all(probes.map(async (probe) => probe.answered(upFrom, AbortSignal.timeout(5000))));
  await delay(200);
  await Promise.all(probes.map(async (probe) => probe.stop(200)));
  serve.closeAllConnections();
  await server.close();
  await dns.close();

  for (const name of ['http', 'tcp']) {
    const series = readSamples(fileOf(name));
    const { outage, outages, rttMs, blindMs } = measureWindow(series, series.samples.sentNs[0] ?? 0, series.horizonNs, { lateAfterMs: 500, waitMs: 1000 });
    // A prober that was not scheduled meanwhile says so instead.
    expect(outages.length > 0 || blindMs > 0).toBe(true);
    // A probe may have been sent a response time before the server that would have answered it stopped.
    expect(outage.lo).toBeLessThanOrEqual((upFrom - closing) / 1e6 + (rttMs.max ?? 0));
    expect(outage.hi).toBeGreaterThanOrEqual((opening - downFrom) / 1e6);
    expect(outage.lo > 0 || blindMs > 0).toBe(true);
  }
  const names = readSamples(fileOf('dns'));
  const wrong = [...names.samples.ok].filter((ok, row) => ok === 0 && !Number.isNaN(names.samples.receivedNs[row]));
  expect(wrong).toEqual([]);
  expect([...names.samples.ok].filter((ok) => ok === 1).length).toBeGreaterThan(5);
});

test('stopping waits for no answer whose time is over, only for those that may still come', async () => {
  let mute = true;
  const server = await listen(createServer((_, response) => void (mute || response.end('all well'))));
  try {
    const probe = await prober.startProbe(spec({ target: `http://127.0.0.1:${server.port}/`, waitMs: 2000 }), { file: fileOf('a'), anchorNs: 0n });
    await until('some probes are under way', () => probe.status().sent > 5);
    mute = false;
    const lostNs = probe.status().lastSentNs ?? Number.NaN;
    await probe.answered(lostNs + 2.1e9, AbortSignal.timeout(20_000));
    const stopping = performance.now();
    await probe.stop();
    expect(performance.now() - stopping).toBeLessThan(1500);
    const { samples } = readSamples(fileOf('a'));
    expect([...samples.receivedNs].filter(Number.isNaN).length).toBeGreaterThan(4);
  } finally {
    await server.close();
  }
});

test('a name without a resolver is resolved once, and one that nobody knows is refused with a sentence', async () => {
  const server = await listen(createServer((request, response) => response.end(request.headers.host)));
  try {
    const probe = await prober.startProbe(spec({ target: `http://localhost:${server.port}/`, expect: `localhost:${server.port}` }), { file: fileOf('a'), anchorNs: 0n });
    expect((await probe.answered(0, AbortSignal.timeout(5000))).receivedNs).toBeGreaterThan(0);
    await probe.stop(0);
    await expect(prober.startProbe(spec({ target: 'http://no-such-host.invalid/' }), { file: fileOf('b'), anchorNs: 0n })).rejects.toThrow('cannot be resolved here; write the address into the URL');
  } finally {
    await server.close();
  }
});

test.each([
  [{ kind: 'tcp' as const, target: '127.0.0.1' }, 'is not address:port'],
  [{ kind: 'dns' as const, target: '127.0.0.1' }, 'needs the name to ask for'],
  [{ kind: 'dns' as const, target: 'ns.example', query: 'a.test' }, 'no address of a DNS server'],
  [{ target: 'ftp://127.0.0.1/' }, 'is no http or https URL'],
  [{ target: 'http://127.0.0.1/', resolver: 'ns.example' }, 'the resolver "ns.example"'],
])('%j is refused with a sentence', async (change, message) => {
  await expect(prober.startProbe(spec(change), { file: fileOf('a'), anchorNs: 0n })).rejects.toThrow(message);
});
