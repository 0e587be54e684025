import { createSocket } from 'node:dgram';
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { watchStalls } from '../stall.ts';
import { answerTo } from '../stream/dns-answer.ts';

/** What the thread of the servers is told. */
export interface ServersInput {
  /** Where it listens for connections: every address of this namespace. */
  everywhere: string;
  /** Addresses that answer queries, each from itself, as a name server does. */
  nameServers: string[];
}

/** Ports in the namespace of the calibration, which has no other servers. */
export const ports = { http: 80, tcp: 81 } as const;
const dnsPort = 53;
const beganNs = process.hrtime.bigint();

/** A page, and a heartbeat: a sequence that rises every millisecond. */
function page(): string {
  const uptimeMs = Number(process.hrtime.bigint() - beganNs) / 1e6;
  return JSON.stringify({ boot: 'calibration', beat: Math.floor(uptimeMs), uptimeMs: Math.floor(uptimeMs) });
}

async function listenEverywhere({ everywhere, nameServers }: ServersInput): Promise<void> {
  const http = createServer((_, response) => response.end(page()));
  const tcp = createTcpServer((socket) => socket.on('error', () => undefined));
  await Promise.all([
    new Promise<void>((resolve, reject) => void http.once('error', reject).listen(ports.http, everywhere, resolve)),
    new Promise<void>((resolve, reject) => void tcp.once('error', reject).listen(ports.tcp, everywhere, resolve)),
    ...nameServers.map(async (address) => {
      const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
      socket.on('message', (message, from) => socket.send(answerTo(message, address), from.port, from.address));
      await new Promise<void>((resolve, reject) => void socket.once('error', reject).bind(dnsPort, address, resolve));
    }),
  ]);
}

/** The other end of a calibration, in a thread of its own: says `ready`, or ends with an error. When it is asked it says when it stood still, which is no fault of the prober. */
if (parentPort !== null) {
  await listenEverywhere(workerData as ServersInput);
  const stalls = watchStalls();
  parentPort.on('message', () => parentPort?.postMessage(stalls.past(), []));
  parentPort.postMessage('ready', []);
}
