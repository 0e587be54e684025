import { afterEach, beforeEach, expect, test } from 'vitest';
import { requestHttps } from '../https-client.ts';
import type { HttpsResponse } from '../https-client.ts';
import { serveTls } from './tls-server.ts';
import type { TlsTestServer } from './tls-server.ts';
import { startWireFaultProxy } from './wire-fault-proxy.ts';
import type { WireFaultProxy } from './wire-fault-proxy.ts';

const body = 'x'.repeat(50_000);
let server: TlsTestServer;
let proxy: WireFaultProxy;

beforeEach(async () => {
  server = await serveTls((_request, response) => void response.writeHead(200).end(body));
  proxy = await startWireFaultProxy({ address: '127.0.0.1', port: Number(new URL(server.baseUrl).port) });
});
afterEach(async () => {
  await proxy.close();
  await server.close();
});

async function ask(timeoutMs = 1000): Promise<HttpsResponse> {
  return requestHttps({ baseUrl: `https://127.0.0.1:${proxy.port}`, fingerprint: server.fingerprint }, { method: 'GET', path: '/', timeoutMs });
}

test('without a fault everything gets through', async () => {
  await expect(ask()).resolves.toMatchObject({ status: 200, body });
});

test.each([
  ['reset', { kind: 'reset' } as const, 'unreachable'],
  ['hang', { kind: 'hang' } as const, 'timeout'],
  ['drip', { kind: 'drip', everyMs: 5 } as const, 'timeout'],
  ['cut in the handshake', { kind: 'cut', afterBytes: 100 } as const, 'unreachable'],
  ['cut in the answer', { kind: 'cut', afterBytes: 10_000 } as const, 'answer'],
])('%s is felt, and is over when it is taken back', async (_, fault, kind) => {
  proxy.setFault(fault);
  await expect(ask(300)).rejects.toMatchObject({ kind });
  expect(proxy.accepted()).toBe(1);
  proxy.setFault({ kind: 'none' });
  await expect(ask()).resolves.toMatchObject({ body });
});
