import { afterEach, beforeEach, expect, test } from 'vitest';
import { requestHttps } from '../https-client.ts';
import { startHttpFaultProxy } from './http-fault-proxy.ts';
import type { HttpFaultProxy } from './http-fault-proxy.ts';
import { serveTls } from './tls-server.ts';
import type { TlsTestServer } from './tls-server.ts';

let server: TlsTestServer;
let proxy: HttpFaultProxy;

beforeEach(async () => {
  server = await serveTls((_request, response) => void response.writeHead(200).end('{}'));
  proxy = await startHttpFaultProxy({ baseUrl: server.baseUrl, fingerprint: server.fingerprint });
});
afterEach(async () => {
  await proxy.close();
  await server.close();
});

const ask = async (method: 'GET' | 'POST'): Promise<number> => (await requestHttps({ baseUrl: proxy.baseUrl, fingerprint: proxy.fingerprint }, { method, path: '/', timeoutMs: 3000 })).status;

async function untilHeld(): Promise<void> {
  while (proxy.held() === 0) await new Promise((resolve) => void setTimeout(resolve, 5));
}

test('a held request is carried out when the fault is taken back, and others are not held', async () => {
  proxy.setFault('hold', 'POST');
  const post = ask('POST');
  await untilHeld();
  await expect(ask('GET')).resolves.toBe(200);
  expect(proxy.carried('POST')).toBe(0);
  proxy.setFault('none');
  await expect(post).resolves.toBe(200);
  expect(proxy.carried('POST')).toBe(1);
});

test('a dropped request is never carried out', async () => {
  proxy.setFault('hold', 'POST');
  const post = ask('POST');
  post.catch(() => undefined);
  await untilHeld();
  proxy.drop();
  proxy.setFault('none');
  await expect(ask('GET')).resolves.toBe(200);
  await expect(post).rejects.toMatchObject({ kind: 'timeout' });
  expect(server.asked.map(({ method }) => method)).toEqual(['GET']);
});
