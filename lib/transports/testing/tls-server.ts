import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { sha256Fingerprint } from '../fingerprint.ts';
import { selfSigned } from './certificate.ts';
import type { TestCertificate } from './certificate.ts';

/** A TLS server on loopback and what it was asked; for tests. */
export interface TlsTestServer {
  baseUrl: string;
  fingerprint: string;
  /** Its certificate, which is its own CA (PEM). */
  ca: string;
  /** Requests in their order. */
  asked: { method: string; path: string; authorization: string | undefined; body: string }[];
  close(): Promise<void>;
}

/**
 * Listens on loopback, on a free port and with a certificate of its own unless they are given. `answer` gets each request
 * after its body was read.
 *
 * @param host the address to listen on
 */
export async function serveTls(answer: (request: IncomingMessage, response: ServerResponse, body: string) => void, certificate: TestCertificate = selfSigned('tls test server'), port = 0, host = '127.0.0.1'): Promise<TlsTestServer> {
  const { key, cert, raw } = certificate;
  const asked: TlsTestServer['asked'] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ key, cert }, (request, response) => {
    text(request).then((body) => {
      asked.push({ method: request.method ?? '', path: request.url ?? '', authorization: request.headers.authorization, body });
      answer(request, response, body);
    }, () => response.destroy());
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => void server.listen(port, host, resolve));
  return {
    baseUrl: `https://${host}:${(server.address() as AddressInfo).port}`,
    fingerprint: sha256Fingerprint(raw),
    ca: cert,
    asked,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}
