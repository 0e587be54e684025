import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { noNetworkReason } from '../netns.ts';
import type { ProbeSpec } from '../probe.ts';
import type { Attempt } from './attempt.ts';
import { dnsAttempts } from './dns.ts';
import { httpAttempts } from './http.ts';
import { parseEndpoint, tcpAttempts } from './tcp.ts';
import { listen, serveDns } from './testing.ts';
import type { TestServer } from './testing.ts';

const open: TestServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(async (server) => server.close()));
});
function keep<T extends TestServer>(server: T): T {
  open.push(server);
  return server;
}

const spec = (change: Partial<ProbeSpec>): ProbeSpec => ({ name: 'a', kind: 'http', guest: null, target: '', periodMs: 100, waitMs: 1000, ...change });

/** Time in which nothing must come, and in which something must. */
const silenceMs = 300;
const patienceMs = 20_000;

/** What one attempt comes to within `withinMs`: right, wrong, not sent, or nothing. */
async function outcomeOf(attempt: Attempt, withinMs = patienceMs): Promise<string> {
  const seen: string[] = [];
  const abandon = attempt({ answered: (ok) => seen.push(ok ? 'right' : 'wrong'), refusedHere: (code) => seen.push(code) });
  for (let waited = 0; waited < withinMs && seen.length === 0; waited += 5) await delay(5);
  const first = seen[0] ?? 'nothing';
  abandon();
  await delay(5);
  return first;
}

async function page(status: number, ...parts: string[]): Promise<TestServer & { hosts: string[] }> {
  const hosts: string[] = [];
  const server = createServer((request, response) => {
    hosts.push(request.headers.host ?? '');
    response.statusCode = status;
    for (const part of parts) response.write(part);
    response.end();
  });
  return { ...keep(await listen(server)), hosts };
}

describe('http', () => {
  test.each([[200, 'right'], [204, 'right'], [302, 'right'], [404, 'wrong'], [503, 'wrong']])('status %d is %s', async (status, expected) => {
    const { port } = await page(status);
    expect(await outcomeOf(httpAttempts(spec({ target: `http://127.0.0.1:${port}/` })))).toBe(expected);
  });

  test('the expected text must be in the body, also when it comes in pieces', async () => {
    const { port } = await page(200, 'all is we', 'll here');
    const target = `http://127.0.0.1:${port}/`;
    expect(await outcomeOf(httpAttempts(spec({ target, expect: 'is well' })))).toBe('right');
    expect(await outcomeOf(httpAttempts(spec({ target, expect: 'is bad' })))).toBe('wrong');
  });

  test('a server that accepts and says nothing has not answered', async () => {
    const { port } = keep(await listen(createSecureServer()));
    expect(await outcomeOf(httpAttempts(spec({ target: `http://127.0.0.1:${port}/` })), silenceMs)).toBe('nothing');
  });

  test('a server that hangs up in the middle gives a wrong answer', async () => {
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('half');
      setTimeout(() => response.destroy(), 20);
    });
    const { port } = keep(await listen(server));
    expect(await outcomeOf(httpAttempts(spec({ target: `http://127.0.0.1:${port}/`, expect: 'whole' })))).toBe('wrong');
  });

  test('the host name is asked of the resolver each time, and put into the Host header', async () => {
    const dns = keep(await serveDns({ 'www.lab.test': '127.0.0.1' }));
    const { port, hosts } = await page(200, 'hello');
    const attempt = httpAttempts(spec({ target: `http://www.lab.test:${port}/`, resolver: `127.0.0.1:${dns.port}`, expect: 'hello' }));
    expect([await outcomeOf(attempt), await outcomeOf(attempt)]).toEqual(['right', 'right']);
    expect(dns.asked).toEqual(['www.lab.test', 'www.lab.test']);
    expect(hosts).toEqual([`www.lab.test:${port}`, `www.lab.test:${port}`]);
  });

  test('a resolver that does not know the name is a wrong answer, a silent one is none', async () => {
    const dns = keep(await serveDns({}));
    const resolver = `127.0.0.1:${dns.port}`;
    expect(await outcomeOf(httpAttempts(spec({ target: 'http://other.test/', resolver })))).toBe('wrong');
    expect(await outcomeOf(httpAttempts(spec({ target: 'http://silent.test/', resolver })), silenceMs)).toBe('nothing');
  });
});

describe('dns', () => {
  test('the expected address must be in the answer', async () => {
    const dns = keep(await serveDns({ 'web.test': '192.0.2.80' }));
    const target = `127.0.0.1:${dns.port}`;
    const ask = async (change: Partial<ProbeSpec>, withinMs = patienceMs): Promise<string> => outcomeOf(dnsAttempts(spec({ kind: 'dns', target, query: 'web.test', ...change })), withinMs);
    expect(await ask({})).toBe('right');
    expect(await ask({ expect: '192.0.2.80' })).toBe('right');
    expect(await ask({ expect: '192.0.2.81' })).toBe('wrong');
    expect(await ask({ query: 'other.test' })).toBe('wrong');
    expect(await ask({ query: 'silent.test' }, silenceMs)).toBe('nothing');
  });
});

const missing = noNetworkReason();
if (missing !== null) console.warn(`attempts.test.ts leaves out a machine without a way out: ${missing}`);

test.skipIf(missing !== null)('a query that this machine itself does not send is its own fault, although the resolver calls it refused', () => {
  const inside = execFileSync('unshare', ['--net', process.execPath, new URL('./unroutable.ts', import.meta.url).pathname], { encoding: 'utf8', timeout: 60_000 });
  expect(JSON.parse(inside)).toEqual(['ENETUNREACH', expect.stringMatching(/^(ENETUNREACH|EADDRNOTAVAIL)$/), 'ENETUNREACH', 'ENETUNREACH']);
}, 60_000);

test('a query to a port that nobody listens on is answered by the other side, and wrong', async () => {
  const silent = await serveDns({});
  await silent.close();
  expect(await outcomeOf(dnsAttempts(spec({ kind: 'dns', target: `127.0.0.1:${silent.port}`, query: 'web.test' })))).toBe('wrong');
});

describe('over IPv6', () => {
  test('tcp, http and dns reach a server that has no other address', async () => {
    const { port } = keep(await listen(createServer((_, response) => response.end('well')), '::1'));
    const dns = keep(await serveDns({ 'six.test': '::1' }, { address: '::1' }));
    const resolver = `[::1]:${dns.port}`;
    expect(await outcomeOf(tcpAttempts(spec({ kind: 'tcp', target: `[::1]:${port}` })))).toBe('right');
    expect(await outcomeOf(httpAttempts(spec({ target: `http://[::1]:${port}/`, expect: 'well' })))).toBe('right');
    expect(await outcomeOf(httpAttempts(spec({ target: `http://six.test:${port}/`, expect: 'well', resolver })))).toBe('right');
    const ask = async (expected: string): Promise<string> => outcomeOf(dnsAttempts(spec({ kind: 'dns', target: resolver, query: 'six.test', expect: expected })));
    expect([await ask('0:0::1'), await ask('::2'), await ask('127.0.0.1')]).toEqual(['right', 'wrong', 'wrong']);
  });
});

describe('tcp', () => {
  test('an accepted connection is right, a refused one wrong', async () => {
    const server = await listen();
    const attempt = tcpAttempts(spec({ kind: 'tcp', target: `127.0.0.1:${server.port}` }));
    expect(await outcomeOf(attempt)).toBe('right');
    await server.close();
    expect(await outcomeOf(attempt)).toBe('wrong');
  });

  test('what this machine refuses to send is its own fault', async () => {
    expect(await outcomeOf(tcpAttempts(spec({ kind: 'tcp', target: '255.255.255.255:80' })))).toBe('ENETUNREACH');
  });

  test.each([['192.0.2.1:80', '192.0.2.1'], ['[2001:db8::1]:443', '2001:db8::1'], ['192.0.2.1', undefined], ['192.0.2.1:0', undefined], ['2001:db8::1:80', undefined], ['192.0.2.1:70000', undefined]])('%s is taken apart', (target, host) => {
    expect(parseEndpoint(target)?.host).toBe(host);
  });
});
