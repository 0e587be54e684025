import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { createSecret } from '../environment/references.ts';
import type { NotifyConfig } from '../environment/environment.ts';
import { registerSecret } from '../record/scrub.ts';
import { beginSynthetic } from '../reporting/testing/synthetic-run.ts';
import { tellEnd, tellHealth, tellNodeFailure } from '../reporting/testing/story.ts';
import { certificateAuthority, signedBy } from '../transports/testing/certificate.ts';
import { notifyOfVerdict } from './notify.ts';

let root = '';
let printed = '';
let days = 0;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  root = mkdtempSync(join(tmpdir(), 'notify-'));
  printed = '';
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((text: string | Uint8Array) => {
      printed += String(text);
      return true;
    });
  }
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  rmSync(root, { recursive: true });
});

function secret(text: string): ReturnType<typeof createSecret> {
  registerSecret(text);
  return createSecret('env:MADE', text);
}

/** A finished run in which a node's failure took so long, the next day; 30 s is the limit. */
function recordRun(backMs: number): string {
  days += 1;
  vi.setSystemTime(Date.UTC(2026, 10, days));
  const run = beginSynthetic(root, { limits: { 'node-failure': { outage: 30_000 } } });
  tellHealth(run, 10);
  tellNodeFailure(run, 2000, 'node-failure.web.r1', { backMs });
  tellEnd(run, 100_000);
  return run.writer.folder;
}

interface Posted {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

async function hook(statuses: number[]): Promise<{ origin: string; posted: Posted[] }> {
  const posted: Posted[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      posted.push({ path: request.url ?? '', headers: request.headers, body });
      response.writeHead(statuses[posted.length - 1] ?? 204, { location: '/elsewhere' }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, posted };
}

test('a webhook gets the notice, signed, when the verdict changes, and nothing when it does not', async () => {
  const { origin, posted } = await hook([503]);
  const notify: NotifyConfig = { on: 'change', webhook: { url: secret(`${origin}/hooks/canary-91f2`), authorization: secret('Bearer canary-8831'), secret: secret('canary-signing') } };
  await notifyOfVerdict({ notify }, recordRun(12_000), null);
  expect(posted).toEqual([]);
  await notifyOfVerdict({ notify }, recordRun(38_000), null);
  expect(posted).toHaveLength(2);
  const [, { path, headers, body } = { path: '', headers: {}, body: '' }] = posted;
  expect(path).toBe('/hooks/canary-91f2');
  expect(headers).toMatchObject({ authorization: 'Bearer canary-8831', 'x-ha-acceptance-signature': `sha256=${createHmac('sha256', 'canary-signing').update(body).digest('hex')}` });
  expect(JSON.parse(body)).toMatchObject({ event: 'verdict', environment: 'synthetic', verdict: 'fail', before: { verdict: 'pass' }, changes: [{ scenario: 'node-failure.web.r1', before: 'pass', after: 'fail' }] });
  expect(printed).toContain('told:    webhook');
  await notifyOfVerdict({ notify }, recordRun(38_000), null);
  expect(posted).toHaveLength(2);
});

test('who says always is told always', async () => {
  const { origin, posted } = await hook([]);
  await notifyOfVerdict({ notify: { on: 'always', webhook: { url: secret(`${origin}/hooks/x1`) } } }, recordRun(12_000), null);
  expect(posted).toHaveLength(1);
});

test.each([[[404], 'status 404', 1], [[302], 'status 302', 1]])('a webhook that answers %j is said and not tried again, and its address is not shown', async (statuses, message, tries) => {
  const { origin, posted } = await hook(statuses);
  await notifyOfVerdict({ notify: { on: 'always', webhook: { url: secret(`${origin}/hooks/canary-77`), authorization: secret('Bearer canary-9') } } }, recordRun(12_000), null);
  expect(printed).toContain(`Not told: webhook. The webhook was not reached or refused: it answered with ${message}`);
  expect(printed).not.toContain('canary');
  expect(posted).toHaveLength(tries);
});

test('a run that cannot be read changes nothing but a line', async () => {
  await notifyOfVerdict({ notify: { on: 'always' } }, join(root, 'nowhere'), null);
  expect(printed).toContain('Nobody was told how the run ended');
});

interface MailServer {
  port: number;
  ca: string;
  received: { user: string; to: string[]; text: string; secure: boolean }[];
}

async function mailServer(options: { secure: boolean; disabledCommands?: string[] }): Promise<MailServer> {
  const authority = certificateAuthority('Made CA');
  const { key, cert } = signedBy(authority, '127.0.0.1');
  const received: MailServer['received'] = [];
  const server = new SMTPServer({
    ...options,
    key,
    cert,
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) => (username === 'ops' && password === 'canary-mail' ? done(null, { user: username }) : done(new Error('535 no'))),
    onData: (stream, session, done) => {
      let text = '';
      stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
      stream.on('end', () => {
        received.push({ user: String(session.user), to: session.envelope.rcptTo.map(({ address }) => address), text, secure: session.secure });
        done();
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => new Promise<void>((resolve) => server.close(() => resolve())));
  return { port: (server.server.address() as AddressInfo).port, ca: authority.cert, received };
}

function mailTo({ port, ca }: MailServer, scheme: string, password = 'canary-mail'): NotifyConfig {
  return { on: 'change', mail: { server: `${scheme}://127.0.0.1:${port}`, credentials: secret(`ops:${password}`), ca: createSecret('file:ca', ca), from: 'ha@example.org', to: ['ops@example.org', 'night@example.org'] } };
}

test.each([['smtps', true], ['smtp', false]])('mail goes out by %s, inside TLS, to everybody', async (scheme, secure) => {
  const server = await mailServer({ secure });
  await notifyOfVerdict({ notify: mailTo(server, scheme) }, recordRun(38_000), null);
  expect(printed).toContain('told:    mail to ops@example.org, night@example.org');
  expect(server.received).toHaveLength(1);
  const [mail] = server.received;
  expect(mail).toMatchObject({ user: 'ops', to: ['ops@example.org', 'night@example.org'], secure: true });
  expect(mail?.text).toMatch(/node-failure\.web\.r1: FAIL/);
  expect(mail?.text).toMatch(/^Auto-Submitted: auto-generated\r$/m);
});

test('a server that speaks no TLS gets no password', async () => {
  const server = await mailServer({ secure: false, disabledCommands: ['STARTTLS'] });
  await notifyOfVerdict({ notify: mailTo(server, 'smtp') }, recordRun(38_000), null);
  expect(printed).toContain('Not told: mail');
  expect(server.received).toEqual([]);
});

test('no variable of Node switches the verification off for a mail', async () => {
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  onTestFinished(() => void vi.unstubAllEnvs());
  const server = await mailServer({ secure: true });
  await notifyOfVerdict({ notify: mailTo({ ...server, ca: certificateAuthority('Made CA').cert }, 'smtps') }, recordRun(38_000), null);
  expect(printed).toContain('Not told: mail');
  expect(server.received).toEqual([]);
});

test('a server that another authority vouches for gets nothing; a wrong password is said, and not shown', async () => {
  const server = await mailServer({ secure: true });
  await notifyOfVerdict({ notify: mailTo({ ...server, ca: certificateAuthority('Made CA').cert }, 'smtps') }, recordRun(38_000), null);
  await notifyOfVerdict({ notify: mailTo(server, 'smtps', 'canary-wrong') }, recordRun(50_000), 'n2 is still off');
  expect(printed.match(/Not told: mail/g)).toHaveLength(2);
  expect(printed).not.toContain('canary');
  expect(server.received).toEqual([]);
});
