import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerOf } from './site/site.ts';
import type { Site } from './site/site.ts';

export interface ReportServer {
  url: string;
  /** Fulfilled when the server was closed, by SIGINT, SIGTERM or `close`. */
  closed: Promise<void>;
  close(): void;
}

/** Sent with every answer: nothing is guessed, kept, framed, or told to other pages. */
const commonHeaders = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cross-origin-resource-policy': 'same-origin', 'cross-origin-opener-policy': 'same-origin' };

/**
 * Whether a Host header names this machine itself. Another name that leads here is a foreign page's, which makes the browser ask us in
 * its own name (DNS rebinding). The port is not looked at: it is another one behind `ssh -L`.
 */
function namesLoopback(host: string | undefined): boolean {
  return /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i.test(host ?? '');
}

function refuse(response: ServerResponse, status: number, message: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, { ...commonHeaders, ...headers, 'content-type': 'text/plain; charset=utf-8' }).end(`${message}\n`);
}

function handle(site: Site, request: IncomingMessage, response: ServerResponse): void {
  if (!namesLoopback(request.headers.host)) return refuse(response, 421, 'Ask for http://127.0.0.1 or http://localhost: under other names nothing is shown here.');
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'Everything here is only read.', { allow: 'GET, HEAD' });
  const path = request.url ?? '/';
  const url = path.startsWith('/') ? URL.parse(`http://127.0.0.1${path}`) : null;
  if (url === null) return refuse(response, 400, 'That is no path.');
  const { status, type, body, policy } = answerOf(site, url);
  response.writeHead(status, { ...commonHeaders, 'content-type': type, 'content-security-policy': policy, 'content-length': Buffer.byteLength(body) });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** Serves the site on a free port of the loopback address, for this machine only, reading everything anew for each page. */
export async function serveSite(site: Site): Promise<ReportServer> {
  const server = createServer((request, response) => handle(site, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.once(signal, close);
  const closed = new Promise<void>((resolve) => server.once('close', resolve)).then(() => {
    for (const signal of signals) process.off(signal, close);
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, closed, close };
}
