import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { addressBytes } from '../address.ts';
import { createGrid } from '../grid.ts';
import type { Grid } from '../grid.ts';
import type { Outbox } from '../protocol.ts';
import type { ProbeSpec } from '../probe.ts';
import { readControls } from './controls.ts';
import type { PacketControls } from './controls.ts';
import { echoBytes, prepareEcho, readEcho, stampEcho, tagBytes } from './echo.ts';
import { errnoName } from './libc.ts';
import type { Libc } from './libc.ts';
import type { IcmpSocket } from './socket.ts';
import { createStampMapper } from './stamp.ts';
import { createReceiveTable, createSendTable } from './tables.ts';
import type { ThreadClock } from './thread.ts';

const MSG_DONTWAIT = 0x40;
const maxTargets = 1024;
const receivedAtOnce = 64;
/** IP header with options, the echo, room to spare. */
const receiveBytes = 192;
const controlBytes = 128;
/** The longest sleep between looks at commands and answers. */
const longestSleepNs = 20e6;

interface Target {
  id: number;
  place: number;
  grid: Grid;
}

/** Probes of one socket. `step` sends what is due, reads what came, and returns when to call it again (ns of CLOCK_MONOTONIC). */
export interface IcmpEngine {
  /** @throws Error when the target is no address of the socket's family or there are too many. */
  add(id: number, spec: ProbeSpec, firstSeq: number): void;
  remove(id: number): void;
  step(): number;
}

/**
 * The native ICMP engine. It wakes for the grid only: the kernel stamps answers when they arrive, so that they can be read at the
 * next wake-up, which keeps the cost independent of the number of answers. Nothing here waits for an answer.
 */
export function createIcmpEngine(libc: Libc, socket: IcmpSocket, clock: ThreadClock, outbox: Outbox, epochNs: number): IcmpEngine {
  const tag = randomBytes(tagBytes);
  const echoId = randomBytes(2).readUInt16BE();
  const table = createSendTable(maxTargets, echoBytes, socket.family);
  const withChecksum = socket.raw && socket.family === 4;
  const inbox = createReceiveTable(receivedAtOnce, receiveBytes, controlBytes);
  const mapper = createStampMapper();
  const controls: PacketControls = { seconds: 0, ns: 0, dropped: -1 };
  const freePlaces = Array.from({ length: maxTargets }, (_, index) => maxTargets - 1 - index);
  const targets = new Map<number, Target>();
  const due: { target: Target; seq: number }[] = [];
  let dropped = 0;
  let filled = 0;
  let readNs = clock.now();

  const drain = (): void => {
    const pair = clock.pair();
    mapper.begin(pair);
    const beforeNs = readNs;
    readNs = pair.monotonicNs;
    for (;;) {
      const count = libc.recvmmsg(socket.fd, inbox.prepare(filled), receivedAtOnce, MSG_DONTWAIT, null);
      filled = Math.max(0, count);
      for (let index = 0; index < count; index++) {
        readControls(inbox.controls, inbox.controlAt(index), inbox.controlLength(index), controls);
        if (controls.dropped > dropped) {
          outbox.blind(null, beforeNs, readNs, `${controls.dropped - dropped} packets were dropped because the prober's receive queue was full`);
          dropped = controls.dropped;
        }
        const answer = readEcho(inbox.packet(index), inbox.length(index), socket, tag);
        if (answer === null) continue;
        const atNs = controls.seconds === 0 ? clock.now() : mapper.toMonotonic(controls.seconds, controls.ns);
        outbox.answered(answer.probeId, answer.seq, Math.max(atNs, answer.sentNs), answer.sentNs, true);
      }
      if (count < receivedAtOnce) return;
    }
  };

  const send = (): void => {
    for (let from = 0; from < due.length;) {
      const nowNs = clock.now();
      for (let index = from; index < due.length; index++) {
        const entry = due[index];
        if (entry === undefined) break;
        stampEcho(table.packet(entry.target.place), entry.seq, nowNs, withChecksum);
        table.list(index, entry.target.place);
      }
      const sent = libc.sendmmsg(socket.fd, table.from(from), due.length - from, MSG_DONTWAIT);
      for (let index = from; index < from + sent; index++) {
        const entry = due[index];
        if (entry !== undefined) outbox.sent(entry.target.id, entry.seq, nowNs);
      }
      from += Math.max(0, sent);
      const refused = sent < 0 ? due[from] : undefined;
      if (refused === undefined) continue;
      outbox.blind(refused.target.id, nowNs, refused.target.grid.nextNs(), `the kernel refused to send (${errnoName()})`);
      from++;
    }
    due.length = 0;
  };

  return {
    add(id, spec, firstSeq) {
      if (isIP(spec.target) !== socket.family) throw new Error(`${spec.name}: ${spec.target} is no IPv${socket.family} address`);
      const place = freePlaces.pop();
      if (place === undefined) throw new Error(`${spec.name}: a prober takes ${maxTargets} ICMP targets at most`);
      prepareEcho(table.packet(place), socket.family, tag, id, echoId);
      table.setAddress(place, spec.target, scopeOf(libc, spec.target));
      targets.set(id, { id, place, grid: createGrid(epochNs, spec.periodMs * 1e6, clock.now(), firstSeq) });
    },
    remove(id) {
      const target = targets.get(id);
      targets.delete(id);
      if (target !== undefined) freePlaces.push(target.place);
    },
    step() {
      drain();
      const nowNs = clock.now();
      let nextNs = nowNs + longestSleepNs;
      for (const target of targets.values()) {
        const seq = target.grid.take(nowNs);
        if (seq >= 0) due.push({ target, seq });
        nextNs = Math.min(nextNs, target.grid.nextNs());
      }
      if (due.length > 0) send();
      return nextNs;
    },
  };
}

/** Index of the device in a link-local address, 0 where there is none. */
function scopeOf(libc: Libc, address: string): number {
  const { zone } = addressBytes(address);
  if (zone === null) return 0;
  return /^\d+$/.test(zone) ? Number(zone) : libc.if_nametoindex(zone);
}
