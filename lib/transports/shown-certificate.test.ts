import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readCertificate } from './shown-certificate.ts';
import { serveTls } from './testing/tls-server.ts';
import type { TlsTestServer } from './testing/tls-server.ts';

const patient = { timeoutMs: 20_000, signal: new AbortController().signal };
let server: TlsTestServer;
let place: { host: string; port: number };

beforeEach(async () => {
  server = await serveTls((_, response) => response.end());
  place = { host: '127.0.0.1', port: Number(new URL(server.baseUrl).port) };
});
afterEach(() => server.close());

test('the certificate is shown whether it is trusted or not, and nothing is asked', async () => {
  const shown = expect.stringContaining(server.fingerprint) as string;
  await expect(readCertificate(place, { fingerprint: server.fingerprint }, patient)).resolves.toEqual({ shown, refusal: null });
  await expect(readCertificate(place, { ca: server.ca }, patient)).resolves.toEqual({ shown, refusal: null });
  await expect(readCertificate(place, {}, patient)).resolves.toEqual({ shown, refusal: expect.stringContaining('self-signed') as string });
  await expect(readCertificate(place, { fingerprint: `SHA256:${'A'.repeat(43)}` }, patient)).resolves.toEqual({ shown, refusal: expect.stringContaining(`and not SHA256:${'A'.repeat(43)}`) as string });
  expect(server.asked).toEqual([]);
});

test('nobody there, somebody who never speaks, and a caller that gives up are errors', async () => {
  await server.close();
  await expect(readCertificate(place, {}, patient)).rejects.toThrow(/ECONNREFUSED/);
  const mute = createServer((socket) => void socket.on('error', () => undefined));
  await new Promise<void>((resolve) => void mute.listen(0, '127.0.0.1', resolve));
  const silent = { host: '127.0.0.1', port: (mute.address() as AddressInfo).port };
  await expect(readCertificate(silent, {}, { ...patient, timeoutMs: 50 })).rejects.toThrow('no TLS connection within 50 ms');
  await expect(readCertificate(silent, {}, { ...patient, signal: AbortSignal.timeout(50) })).rejects.toThrow(/timeout/);
  mute.close();
});
