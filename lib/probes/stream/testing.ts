import { createSocket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { answerTo, askedName } from './dns-answer.ts';

/** A server that closes; for tests. */
export interface TestServer {
  port: number;
  close(): Promise<void>;
}

/** Listens on loopback and closes with all its connections. */
export async function listen(server: Server = createServer(), address = '127.0.0.1'): Promise<TestServer> {
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => void server.listen(0, address, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}

/** A DNS server on loopback: answers A or AAAA queries from `records`, NXDOMAIN for other names, nothing at all for `silent`. */
export async function serveDns(records: Record<string, string>, { silent = 'silent.test', address: own = '127.0.0.1' } = {}): Promise<TestServer & { asked: string[] }> {
  const socket = createSocket(own.includes(':') ? 'udp6' : 'udp4');
  const asked: string[] = [];
  socket.on('message', (message, { address, port }) => {
    const name = askedName(message);
    asked.push(name);
    if (name !== silent) socket.send(answerTo(message, records[name] ?? null), port, address);
  });
  await new Promise<void>((resolve) => void socket.bind(0, own, resolve));
  return { port: socket.address().port, asked, close: async () => new Promise<void>((resolve) => void socket.close(() => resolve())) };
}
