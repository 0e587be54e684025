import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { addressBytes } from '../address.ts';
import { viewOf } from '../bytes.ts';
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
/**
 * So many probes leave by one stamp: with a thousand in one call the last left 5 ms behind it (12 ms at worst, measured by the
 * kernel's clock on two shared cores), and the lower bound of an outage is no better than its stamps. A packet takes 6 to 10 µs:
 * of eight, the last leaves within `usualHoldNs` of the stamp as a rule.
 */
const sentAtOnce = 8;
/** IP header with options, the echo, room to spare. */
const receiveBytes = 192;
const controlBytes = 128;
/** The longest sleep between looks at commands and answers. */
const longestSleepNs = 50e6;
/** A call that takes longer than this, and than this for each packet (usually 8 µs), was held up: when its packets left is not known. */
const heldUpNs = 1e6;
const heldUpEachNs = 20e3;
/** The clocks are compared at least this often: slewing moves them apart by half a millisecond a second at most. */
const pairEveryNs = 1e9;

interface Target {
  id: number;
  place: number;
  grid: Grid;
  /** The sequence that is due, where one is. */
  seq: number;
}

/** Probes of one socket. `step` sends what is due, reads what came, and returns when to call it again (ns of CLOCK_MONOTONIC). */
export interface IcmpEngine {
  /** @throws Error when the target is no address of the socket's family or there are too many. */
  add(id: number, spec: ProbeSpec, firstSeq: number): void;
  remove(id: number): void;
  step(nowNs: number): number;
}

/**
 * The native ICMP engine. It wakes for the grid only: the kernel stamps answers when they arrive, so that they can be read at the
 * next wake-up, which keeps the cost independent of the number of answers. Nothing here waits for an answer. Between two wake-ups
 * other work takes the processor's caches, so a wake-up costs what it touches, not what it computes: no lists or numbers are made
 * anew, and memory is read through views, which compile to a few instructions.
 */
export function createIcmpEngine(libc: Libc, socket: IcmpSocket, clock: ThreadClock, outbox: Outbox, epochNs: number): IcmpEngine {
  const tag = randomBytes(tagBytes);
  const tagView = viewOf(tag);
  const echoId = randomBytes(2).readUInt16BE();
  const table = createSendTable(maxTargets, echoBytes, socket.family);
  const withChecksum = socket.raw && socket.family === 4;
  const inbox = createReceiveTable(receivedAtOnce, receiveBytes, controlBytes);
  const mapper = createStampMapper();
  const controls: PacketControls = { seconds: 0, ns: 0, dropped: -1 };
  const freePlaces = Array.from({ length: maxTargets }, (_, index) => maxTargets - 1 - index);
  let targets: Target[] = [];
  /** The first `dueCount` are due; what stands behind them is of old. */
  const due: Target[] = [];
  let dueCount = 0;
  let dropped = 0;
  let filled = 0;
  /** Every packet that came before is read. */
  let readNs = clock.now();
  let pairedNs = 0;

  const compareClocks = (): void => {
    const pair = clock.pair();
    mapper.begin(pair, readNs);
    pairedNs = pair.monotonicNs;
  };
  const drain = (nowNs: number): void => {
    for (let count = receivedAtOnce; count === receivedAtOnce;) {
      count = libc.recvmmsg(socket.fd, inbox.prepare(filled), receivedAtOnce, MSG_DONTWAIT, null);
      filled = Math.max(0, count);
      if (filled > 0) compareClocks();
      for (let index = 0; index < filled; index++) {
        readControls(inbox.controls, inbox.controlAt(index), inbox.controlLength(index), controls);
        if (controls.dropped > dropped) {
          outbox.blind(null, readNs, clock.now(), `${controls.dropped - dropped} packets were dropped because the prober's receive queue was full`);
          dropped = controls.dropped;
        }
        const answer = readEcho(inbox.packets, inbox.packetAt(index), inbox.length(index), socket, tagView);
        if (answer === null) continue;
        const atNs = controls.seconds === 0 ? clock.now() : mapper.toMonotonic(controls.seconds, controls.ns);
        outbox.answered(answer.probeId, answer.seq, Math.max(atNs, answer.sentNs), answer.sentNs, true);
      }
    }
    readNs = nowNs;
    if (nowNs - pairedNs > pairEveryNs) compareClocks();
  };

  const send = (): void => {
    for (let from = 0; from < dueCount;) {
      const nowNs = clock.now();
      const until = Math.min(dueCount, from + sentAtOnce);
      for (let index = from; index < until; index++) {
        const target = due[index];
        if (target === undefined) break;
        stampEcho(table.packets, table.packetAt(target.place), target.seq, nowNs, withChecksum);
        table.list(index, target.place);
      }
      const sent = libc.sendmmsg(socket.fd, table.from(from), until - from, MSG_DONTWAIT);
      const tookNs = clock.now() - nowNs;
      for (let index = from; index < from + sent; index++) {
        const target = due[index];
        if (target === undefined) break;
        outbox.sent(target.id, target.seq, nowNs, tookNs);
        // Stamped, then held up on the way into the kernel: when it really left is not known, and that it is lost proves no moment.
        if (tookNs > heldUpNs + sent * heldUpEachNs) outbox.blind(target.id, nowNs, nowNs + tookNs, 'the prober was not scheduled while it sent');
      }
      from += Math.max(0, sent);
      const refused = sent < 0 ? due[from] : undefined;
      if (refused === undefined) continue;
      outbox.blind(refused.id, nowNs, refused.grid.nextNs(), `the kernel refused to send (${errnoName()})`);
      from++;
    }
    dueCount = 0;
  };

  return {
    add(id, spec, firstSeq) {
      if (isIP(spec.target) !== socket.family) throw new Error(`${spec.name}: ${spec.target} is no IPv${socket.family} address`);
      const place = freePlaces.pop();
      if (place === undefined) throw new Error(`${spec.name}: a prober takes ${maxTargets} ICMP targets at most`);
      prepareEcho(table.packet(place), socket.family, tag, id, echoId);
      table.setAddress(place, spec.target, scopeOf(libc, spec.target));
      targets.push({ id, place, grid: createGrid(epochNs, spec.periodMs * 1e6, clock.now(), firstSeq), seq: -1 });
    },
    remove(id) {
      for (const { place } of targets.filter((target) => target.id === id)) freePlaces.push(place);
      targets = targets.filter((target) => target.id !== id);
    },
    step(nowNs) {
      let nextNs = nowNs + longestSleepNs;
      for (let index = 0; index < targets.length; index++) {
        const target = targets[index];
        if (target === undefined) break;
        target.seq = target.grid.take(nowNs);
        if (target.seq >= 0) due[dueCount++] = target;
        nextNs = Math.min(nextNs, target.grid.nextNs());
      }
      if (dueCount > 0) send();
      drain(nowNs);
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
