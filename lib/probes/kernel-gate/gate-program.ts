import type { Hook } from './bpf.ts';
import { createAssembler } from './program.ts';

/** How targets, windows and the log are laid out; the program is made for one layout. */
export interface GateLayout {
  targets: number;
  /** Windows of a target: window k lies within [k, k+1) slots after the epoch. */
  windows: number;
  slotNs: number;
  /** Places of the log of arrivals at the first target. */
  logged: number;
}

/** Entries of the maps, 64-bit numbers: control { epoch, arrivals logged }, window { from, to, passed, dropped }, log { moment }. */
export const entryBytes = { control: 16, window: 32, log: 8 } as const;

/** Targets are 127.77.0.1, 127.77.0.2 ... and fd77::1, fd77::2 ...: the last two bytes are the number of the target, from 1. */
export const targetPrefix = { 4: [127, 77], 6: [0xfd, 0x77] } as const;

/** What the program ends with, and where the context holds the beginning and the end of the packet (xdp_md, __sk_buff). */
const contexts = { ingress: { pass: 2, drop: 1, data: 0, dataEnd: 4 }, egress: { pass: 0, drop: 0, data: 76, dataEnd: 80 } } as const;
const helpers = { mapLookup: 1, ktimeGetNs: 5, skbStoreBytes: 9 } as const;
const etherTypeAt = 12;
/** The first byte of the IP header, with its version. */
const versionAt = 14;
const protocols = { tcp: 6, udp: 17 } as const;
/** Of the flags of a TCP segment: the first of a connection has SYN and not ACK. */
const flags = { synAndAck: 0x12, syn: 0x02 } as const;
/**
 * Offsets in the Ethernet frame (headers without options) and what stands there: the frame's type as it is read, protocol, destination
 * and its last two bytes, type of an ICMP message, flags of a TCP segment.
 */
const frames = {
  4: { etherType: 0x0008, protocolAt: 23, icmp: 1, destination: 30, number: 32, icmpTypeAt: 34, echoRequest: 8, least: 42, flagsAt: 47 },
  6: { etherType: 0xdd86, protocolAt: 20, icmp: 58, destination: 38, number: 52, icmpTypeAt: 54, echoRequest: 128, least: 62, flagsAt: 67 },
} as const;
const stack = 10;

/**
 * The program: an echo request, a TCP segment or a UDP datagram to one of the targets that passes the hook within a window of that target is
 * dropped, every other packet goes on. Of a connection only the first segment is counted (its SYN, once for each time that it is
 * sent), so that a count is one of attempts, as with requests and queries. The moment is read from CLOCK_MONOTONIC, so a window is
 * as exact as the program that compares with it. On its way out a packet is not dropped, for the sender would be told; it is given
 * a version of IP that does not exist, so that the receiver throws it away without a word.
 */
export function gateProgram(hook: Hook, { targets, windows, slotNs, logged }: GateLayout, maps: { control: number; windows: number; log: number }): Buffer {
  const code = createAssembler();
  const lookup = (descriptor: number, offset: number): void => {
    code.map(1, descriptor);
    code.move(2, stack);
    code.compute('add', 2, offset);
    code.call(helpers.mapLookup);
  };
  const { pass, drop, data, dataEnd } = contexts[hook];

  // r7: number of the target, from 0. r8: what the packet counts for. The context and that are kept on the stack.
  code.store(64, stack, -16, 1);
  code.load(32, 2, 1, data);
  code.load(32, 3, 1, dataEnd);
  code.set(8, 1);
  for (const family of [4, 6] as const) {
    const frame = frames[family];
    const [first, second] = targetPrefix[family];
    const [isIcmp, isTarget] = [`icmp ${family}`, `target ${family}`];
    const atLeast = (bytes: number): void => {
      code.move(4, 2);
      code.compute('add', 4, bytes);
      code.jumpIfRegister(4, 'greater', 3, 'pass');
    };
    atLeast(frame.least);
    code.load(16, 5, 2, etherTypeAt);
    code.jumpIf(5, 'notEqual', frame.etherType, family === 4 ? 'next family' : 'pass');
    for (const [offset, wanted] of [[frame.destination, first], [frame.destination + 1, second]] as const) {
      code.load(8, 5, 2, offset);
      code.jumpIf(5, 'notEqual', wanted, 'pass');
    }
    code.load(8, 5, 2, frame.protocolAt);
    code.jumpIf(5, 'equal', frame.icmp, isIcmp);
    code.jumpIf(5, 'equal', protocols.udp, isTarget);
    code.jumpIf(5, 'notEqual', protocols.tcp, 'pass');
    atLeast(frame.flagsAt + 1);
    code.load(8, 5, 2, frame.flagsAt);
    code.compute('and', 5, flags.synAndAck);
    code.jumpIf(5, 'equal', flags.syn, isTarget);
    code.set(8, 0);
    code.jump(isTarget);
    code.label(isIcmp);
    code.load(8, 5, 2, frame.icmpTypeAt);
    code.jumpIf(5, 'notEqual', frame.echoRequest, 'pass');
    code.label(isTarget);
    code.load(8, 7, 2, frame.number);
    code.compute('shiftLeft', 7, 8);
    code.load(8, 5, 2, frame.number + 1);
    code.addRegister(7, 5);
    if (family === 4) code.jump('number');
    code.label(family === 4 ? 'next family' : 'number');
  }
  code.store(64, stack, -24, 8);
  code.compute('add', 7, -1);
  code.jumpIf(7, 'atLeast', targets, 'pass');

  // r9: now. r6: the control entry.
  code.call(helpers.ktimeGetNs);
  code.move(9, 0);
  code.storeZero32(stack, -4);
  lookup(maps.control, -4);
  code.jumpIf(0, 'equal', 0, 'pass');
  code.move(6, 0);

  code.jumpIf(7, 'notEqual', 0, 'window');
  code.set(1, 1);
  code.atomicAdd(6, 8, 1, true);
  code.jumpIf(1, 'atLeast', logged, 'window');
  code.store(32, stack, -4, 1);
  lookup(maps.log, -4);
  code.jumpIf(0, 'equal', 0, 'window');
  code.store(64, 0, 0, 9);

  // r8: the slot, then the number of the window.
  code.label('window');
  code.load(64, 1, 6, 0);
  code.jumpIf(1, 'equal', 0, 'pass');
  code.jumpIfRegister(1, 'greater', 9, 'pass');
  code.move(8, 9);
  code.subtractRegister(8, 1);
  code.compute('divide', 8, slotNs);
  code.jumpIf(8, 'atLeast', windows, 'pass');
  code.compute('multiply', 7, windows);
  code.addRegister(8, 7);
  code.store(32, stack, -4, 8);
  lookup(maps.windows, -4);
  code.jumpIf(0, 'equal', 0, 'pass');
  code.load(64, 2, stack, -24);
  code.load(64, 1, 0, 0);
  code.jumpIfRegister(1, 'greater', 9, 'passed');
  code.load(64, 1, 0, 8);
  code.jumpIfRegister(9, 'atLeast', 1, 'passed');
  code.atomicAdd(0, 24, 2);
  if (hook === 'egress') {
    code.set(1, 0);
    code.store(8, stack, -1, 1);
    code.load(64, 1, stack, -16);
    code.set(2, versionAt);
    code.move(3, stack);
    code.compute('add', 3, -1);
    code.set(4, 1);
    code.set(5, 0);
    code.call(helpers.skbStoreBytes);
  }
  code.set(0, drop);
  code.exit();

  code.label('passed');
  code.atomicAdd(0, 16, 2);
  code.label('pass');
  code.set(0, pass);
  code.exit();
  return code.assemble();
}
