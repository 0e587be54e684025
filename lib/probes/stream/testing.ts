import { createSocket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { addressBytes } from '../address.ts';

const typeA = 1;
const typeAaaa = 28;

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
    const labels: string[] = [];
    let at = 12;
    for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
      labels.push(message.toString('latin1', at + 1, at + 1 + length));
      at += 1 + length;
    }
    const name = labels.join('.').toLowerCase();
    asked.push(name);
    if (name === silent) return;
    const record = records[name];
    const question = message.subarray(12, at + 5);
    const head = Buffer.from(message.subarray(0, 12));
    head.writeUInt16BE(record === undefined ? 0x8183 : 0x8180, 2);
    const bytes = record === undefined ? Buffer.alloc(0) : addressBytes(record).bytes;
    const type = bytes.length === 16 ? typeAaaa : typeA;
    const has = record !== undefined && question.readUInt16BE(question.length - 4) === type;
    head.writeUInt16BE(has ? 1 : 0, 6);
    head.fill(0, 8, 12);
    const answer = has ? Buffer.concat([Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, bytes.length]), bytes]) : Buffer.alloc(0);
    socket.send(Buffer.concat([head, question, answer]), port, address);
  });
  await new Promise<void>((resolve) => void socket.bind(0, own, resolve));
  return { port: socket.address().port, asked, close: async () => new Promise<void>((resolve) => void socket.close(() => resolve())) };
}
