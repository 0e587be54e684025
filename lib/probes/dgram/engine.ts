import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Family } from '../address.ts';
import { viewOf } from '../bytes.ts';
import { createGrid } from '../grid.ts';
import { echoBytes, prepareEcho, readEcho, stampEcho, tagBytes } from '../icmp/echo.ts';
import type { ProbeSpec } from '../probe.ts';
import type { Outbox } from '../protocol.ts';
import { stallReason, watchStalls } from '../stall.ts';

/** ICMP has no ports; dgram wants one, and the kernel does not look at it. */
const anyPort = 7;

/** Probes of one socket of Node. */
export interface DgramEngine {
  add(id: number, spec: ProbeSpec, firstSeq: number): void;
  /** Sends no more; answers that still come are reported. */
  remove(id: number): void;
  close(): void;
}

/**
 * Sends ICMP echoes through dgram on a descriptor of an ICMP datagram socket. Each target has its own timer; the grid keeps it from
 * drifting. A send is reported once the kernel took it, and before its answer: until then it may not have left.
 *
 * @throws Error of the system when Node does not take the descriptor.
 */
export async function createDgramEngine(fd: number, family: Family, outbox: Outbox, epochNs: number): Promise<DgramEngine> {
  const tag = randomBytes(tagBytes);
  const tagView = viewOf(tag);
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
  // With a descriptor the socket listens at once: who asks afterwards waits for ever.
  const listening = once(socket, 'listening');
  socket.bind({ fd });
  await listening;
  const stalls = watchStalls();
  const stops = new Map<number, () => void>();
  /** Sends that the kernel has not confirmed yet, by probe and sequence. */
  const unconfirmed = new Map<string, number>();

  const confirm = (id: number, seq: number): void => {
    const key = `${id} ${seq}`;
    const sentNs = unconfirmed.get(key);
    if (sentNs !== undefined && unconfirmed.delete(key)) outbox.sent(id, seq, sentNs, monotonicNs() - sentNs);
  };
  socket.on('message', (message) => {
    const atNs = monotonicNs();
    const answer = readEcho(viewOf(message), 0, message.length, { family, raw: false }, tagView);
    if (answer === null) return;
    confirm(answer.probeId, answer.seq);
    const sinceNs = stalls.stalledSince(atNs);
    if (sinceNs !== null) outbox.blind(answer.probeId, Math.min(answer.sentNs, sinceNs), atNs, stallReason);
    outbox.answered(answer.probeId, answer.seq, atNs, answer.sentNs, true);
  });
  // What the kernel reports later about a packet says nothing that its missing answer does not say.
  socket.on('error', () => undefined);

  return {
    add(id, spec, firstSeq) {
      const grid = createGrid(epochNs, spec.periodMs * 1e6, monotonicNs(), firstSeq);
      let timer: NodeJS.Timeout;
      const send = (seq: number, sentNs: number): void => {
        const packet = Buffer.alloc(echoBytes);
        prepareEcho(packet, family, tag, id, 0);
        stampEcho(viewOf(packet), 0, seq, sentNs);
        unconfirmed.set(`${id} ${seq}`, sentNs);
        socket.send(packet, anyPort, spec.target, (error) => {
          if (error === null) return confirm(id, seq);
          unconfirmed.delete(`${id} ${seq}`);
          outbox.blind(id, sentNs, grid.nextNs(), `the kernel refused to send (${(error as NodeJS.ErrnoException).code ?? error.message})`);
        });
      };
      const tick = (): void => {
        const nowNs = monotonicNs();
        const seq = grid.take(nowNs);
        if (seq >= 0) send(seq, nowNs);
        timer = setTimeout(tick, Math.max(0, Math.ceil((grid.nextNs() - monotonicNs()) / 1e6)));
      };
      tick();
      stops.set(id, () => clearTimeout(timer));
    },
    remove(id) {
      stops.get(id)?.();
      stops.delete(id);
    },
    close() {
      for (const stop of stops.values()) stop();
      stalls.close();
      socket.close();
    },
  };
}

function monotonicNs(): number {
  return Number(process.hrtime.bigint());
}
