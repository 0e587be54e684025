import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { requestHttps } from './https-client.ts';
import { HttpsError } from './https-error.ts';
import { certificateAuthority, signedBy } from './testing/certificate.ts';
import { serveTls } from './testing/tls-server.ts';
import type { TlsTestServer } from './testing/tls-server.ts';

const password = 'canary-8c1f';
const credentials = { user: 'root', password };
let server: TlsTestServer;

beforeEach(async () => {
  server = await serveTls((request, response, body) => {
    const path = request.url;
    if (path === '/hang') return;
    if (path === '/cut') {
      response.writeHead(200, { 'Content-Length': '100' }).write('half', () => response.destroy());
    } else if (path === '/drip') {
      response.writeHead(200);
      const timer = setInterval(() => response.write('.'), 20);
      response.on('close', () => clearInterval(timer));
    } else if (path === '/away') {
      response.writeHead(302, { Location: '/elsewhere' }).end();
    } else {
      response.writeHead(path === '/500' ? 500 : 200, path === '/500' ? 'VM 100 is not running' : 'OK', { 'X-Answer': 'yes' }).end(`${request.method} ${request.headers['content-type'] ?? 'no type'} ${body}`);
    }
  });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

async function failure(promise: Promise<unknown>): Promise<HttpsError> {
  const error: unknown = await promise.then(() => null, (reason: unknown) => reason);
  if (!(error instanceof HttpsError)) throw new Error(`expected an HttpsError, got ${inspect(error)}`);
  expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(password);
  expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(Buffer.from(`root:${password}`).toString('base64'));
  return error;
}

test('the pinned certificate is trusted, and the answer comes whatever its status', async () => {
  const target = { baseUrl: server.baseUrl, fingerprint: server.fingerprint, credentials };
  await expect(requestHttps(target, { method: 'POST', path: '/x', body: { a: 1 } })).resolves.toMatchObject({ status: 200, body: 'POST application/json {"a":1}', headers: { 'x-answer': 'yes' } });
  await expect(requestHttps(target, { method: 'GET', path: '/500' })).resolves.toMatchObject({ status: 500, reason: 'VM 100 is not running', body: 'GET no type ' });
  expect(server.asked[0]?.authorization).toBe(`Basic ${Buffer.from(`root:${password}`).toString('base64')}`);
});

test('a form goes as it is, with its type', async () => {
  await expect(requestHttps({ baseUrl: server.baseUrl, ca: server.ca }, { method: 'POST', path: '/', form: 'a=1&a=2' })).resolves.toMatchObject({ body: 'POST application/x-www-form-urlencoded a=1&a=2' });
});

test('a CA vouches for the certificate', async () => {
  await expect(requestHttps({ baseUrl: server.baseUrl, ca: server.ca }, { method: 'GET', path: '/' })).resolves.toMatchObject({ status: 200 });
});

test('another certificate than the pinned one gets nothing, not even the request', async () => {
  const error = await failure(requestHttps({ baseUrl: server.baseUrl, fingerprint: `SHA256:${'A'.repeat(43)}`, credentials }, { method: 'POST', path: '/reset', body: {} }));
  expect(error).toMatchObject({ kind: 'certificate', unknownOutcome: false });
  expect(error.message).toContain(server.fingerprint);
  expect(server.asked).toEqual([]);
});

test('a certificate that nobody vouches for gets nothing, and the refusal names it as the environment file takes it', async () => {
  const error = await failure(requestHttps({ baseUrl: server.baseUrl, credentials }, { method: 'GET', path: '/' }));
  expect(error.kind).toBe('certificate');
  expect(error.message).toContain(`its certificate ${server.fingerprint} (`);
  expect(error.message).toMatch(/self-signed.*compare it on the device before you accept it.*pvenode cert info.*environment file/);
  expect(error.message).not.toMatch(/node\.js|--use-system-ca/i);
  const spelledByDevices = /\(([0-9A-F:]+)\)/.exec(error.message)?.[1] ?? '';
  await expect(requestHttps({ baseUrl: server.baseUrl, fingerprint: spelledByDevices }, { method: 'GET', path: '/' })).resolves.toMatchObject({ status: 200 });
  expect(server.asked.map(({ authorization }) => authorization)).toEqual([undefined]);
});

test('a certificate of another name gets nothing, whoever signed it', async () => {
  const error = await failure(requestHttps({ baseUrl: server.baseUrl.replace('127.0.0.1', 'localhost'), ca: server.ca, credentials }, { method: 'GET', path: '/' }));
  expect(error.message).toMatch(/SHA256:.*made out to another name or address than the one asked: IP Address:127\.0\.0\.1/);
  expect(server.asked).toEqual([]);
});

test('a variable of Node that switches the verification off switches nothing off', async () => {
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  const error = await failure(requestHttps({ baseUrl: server.baseUrl, credentials }, { method: 'GET', path: '/' }));
  expect(error.kind).toBe('certificate');
  expect(server.asked).toEqual([]);
});

test.each([['hangs', '/hang', 'timeout'], ['drips', '/drip', 'timeout'], ['cuts its answer', '/cut', 'answer']])('a server that %s leaves the outcome unknown', async (_, path, kind) => {
  const error = await failure(requestHttps({ baseUrl: server.baseUrl, fingerprint: server.fingerprint, credentials }, { method: 'POST', path, timeoutMs: kind === 'timeout' ? 1500 : 20_000 }));
  expect(error).toMatchObject({ kind, unknownOutcome: true });
  expect(error.message).toContain('may have been carried out');
});

test('the signal gives up at once', async () => {
  const started = performance.now();
  const error = await failure(requestHttps({ baseUrl: server.baseUrl, fingerprint: server.fingerprint, credentials }, { method: 'GET', path: '/hang', signal: AbortSignal.timeout(50) }));
  expect(error.kind).toBe('aborted');
  expect(performance.now() - started).toBeLessThan(8000);
});

test('a redirect is an answer and is not followed', async () => {
  await expect(requestHttps({ baseUrl: server.baseUrl, fingerprint: server.fingerprint, credentials }, { method: 'GET', path: '/away' })).resolves.toMatchObject({ status: 302 });
  expect(server.asked).toHaveLength(1);
});

test('nobody listening is unreachable, and nothing was done', async () => {
  await server.close();
  const error = await failure(requestHttps({ baseUrl: server.baseUrl, fingerprint: server.fingerprint, credentials }, { method: 'POST', path: '/' }));
  expect(error).toMatchObject({ kind: 'unreachable', unknownOutcome: false });
});

test('a port that accepts and never speaks TLS is a timeout, and nothing was done', async () => {
  const mute = createServer((socket) => void socket.on('error', () => undefined));
  await new Promise<void>((resolve) => void mute.listen(0, '127.0.0.1', resolve));
  const baseUrl = `https://127.0.0.1:${(mute.address() as AddressInfo).port}`;
  const error = await failure(requestHttps({ baseUrl, fingerprint: server.fingerprint, credentials }, { method: 'POST', path: '/', timeoutMs: 200 }));
  expect(error).toMatchObject({ kind: 'timeout', unknownOutcome: false });
  const hasty = await failure(requestHttps({ baseUrl, fingerprint: server.fingerprint, credentials }, { method: 'POST', path: '/', timeoutMs: 20_000, connectTimeoutMs: 100 }));
  expect(hasty).toMatchObject({ kind: 'timeout', unknownOutcome: false, message: expect.stringContaining('no TLS connection within 100 ms') as string });
  mute.close();
});

test.each([['http://127.0.0.1', '/', 'only https://'], ['https://127.0.0.1', '//evil.example/', 'not a path'], ['https://127.0.0.1', 'x', 'not a path']])('%s and %s are refused', async (baseUrl, path, words) => {
  await expect(requestHttps({ baseUrl }, { method: 'GET', path })).rejects.toThrow(words);
});

test('a CA vouches for the certificates that it signed, and for no others', async () => {
  const authority = certificateAuthority('cluster CA');
  const member = await serveTls((_, response) => response.end('member'), signedBy(authority, 'n1'));
  await expect(requestHttps({ baseUrl: member.baseUrl, ca: authority.cert }, { method: 'GET', path: '/' })).resolves.toMatchObject({ body: 'member' });
  await expect(failure(requestHttps({ baseUrl: member.baseUrl, ca: certificateAuthority('cluster CA').cert }, { method: 'GET', path: '/' }))).resolves.toMatchObject({ kind: 'certificate', message: expect.stringMatching(/SHA256:.*no CA that is trusted here has signed it.*in the place of the one/) as string });
  await member.close();
});
