import { addressBytes } from '../address.ts';
import type { Family } from '../address.ts';
import { pin } from './libc.ts';

/** Sizes and offsets of Linux's 64-bit structures. */
const mmsghdrBytes = 64;
const iovecBytes = 16;
const at = { name: 0, nameLength: 8, iov: 16, iovCount: 24, control: 32, controlLength: 40, flags: 48, received: 56 } as const;
const AF_INET = 2;
const AF_INET6 = 10;
/** struct sockaddr_in and sockaddr_in6; each place is as wide as the larger, rounded up. */
const sockaddrBytes = { 4: 16, 6: 28 } as const;
const sockaddrPlace = 32;

/** Outgoing packets: a fixed place per target, and the list that sendmmsg is given. */
export interface SendTable {
  capacity: number;
  /** The packet of a place, to be written before it is listed. */
  packet(place: number): Buffer;
  /** `scopeId`: index of the device of a link-local IPv6 address, else 0. */
  setAddress(place: number, address: string, scopeId: number): void;
  /** Puts a place at `index` of the list. */
  list(index: number, place: number): void;
  /** Address of the list from `index` on. */
  from(index: number): bigint;
}

export function createSendTable(capacity: number, packetBytes: number, family: Family): SendTable {
  const messages = pin(capacity * mmsghdrBytes);
  const iovecs = pin(capacity * iovecBytes);
  const addresses = pin(capacity * sockaddrPlace);
  const packets = pin(capacity * packetBytes);
  for (let place = 0; place < capacity; place++) {
    iovecs.memory.writeBigUInt64LE(packets.at + BigInt(place * packetBytes), place * iovecBytes);
    iovecs.memory.writeBigUInt64LE(BigInt(packetBytes), place * iovecBytes + 8);
    messages.memory.writeUInt32LE(sockaddrBytes[family], place * mmsghdrBytes + at.nameLength);
    messages.memory.writeBigUInt64LE(1n, place * mmsghdrBytes + at.iovCount);
  }
  return {
    capacity,
    packet: (place) => packets.memory.subarray(place * packetBytes, (place + 1) * packetBytes),
    setAddress(place, address, scopeId) {
      const start = place * sockaddrPlace;
      addresses.memory.fill(0, start, start + sockaddrPlace);
      addresses.memory.writeUInt16LE(family === 4 ? AF_INET : AF_INET6, start);
      addressBytes(address).bytes.copy(addresses.memory, start + (family === 4 ? 4 : 8));
      if (family === 6) addresses.memory.writeUInt32LE(scopeId, start + 24);
    },
    list(index, place) {
      messages.memory.writeBigUInt64LE(addresses.at + BigInt(place * sockaddrPlace), index * mmsghdrBytes + at.name);
      messages.memory.writeBigUInt64LE(iovecs.at + BigInt(place * iovecBytes), index * mmsghdrBytes + at.iov);
    },
    from: (index) => messages.at + BigInt(index * mmsghdrBytes),
  };
}

/** Places for incoming packets with their control messages. */
export interface ReceiveTable {
  capacity: number;
  /** Address of the list, made ready for one call of recvmmsg; `used` is what the call before it returned. */
  prepare(used: number): bigint;
  packet(index: number): Buffer;
  /** Length of the packet received at `index`. */
  length(index: number): number;
  /** Control messages of the packet: offset within `controls` and length. */
  controls: Buffer;
  controlAt(index: number): number;
  controlLength(index: number): number;
}

export function createReceiveTable(capacity: number, packetBytes: number, controlBytes: number): ReceiveTable {
  const messages = pin(capacity * mmsghdrBytes);
  const iovecs = pin(capacity * iovecBytes);
  const packets = pin(capacity * packetBytes);
  const controls = pin(capacity * controlBytes);
  for (let index = 0; index < capacity; index++) {
    iovecs.memory.writeBigUInt64LE(packets.at + BigInt(index * packetBytes), index * iovecBytes);
    iovecs.memory.writeBigUInt64LE(BigInt(packetBytes), index * iovecBytes + 8);
    messages.memory.writeBigUInt64LE(iovecs.at + BigInt(index * iovecBytes), index * mmsghdrBytes + at.iov);
    messages.memory.writeBigUInt64LE(1n, index * mmsghdrBytes + at.iovCount);
    messages.memory.writeBigUInt64LE(controls.at + BigInt(index * controlBytes), index * mmsghdrBytes + at.control);
    messages.memory.writeUInt32LE(controlBytes, index * mmsghdrBytes + at.controlLength);
  }
  const views = Array.from({ length: capacity }, (_, index) => packets.memory.subarray(index * packetBytes, (index + 1) * packetBytes));
  return {
    capacity,
    prepare(used) {
      for (let index = 0; index < used; index++) {
        messages.memory.writeUInt32LE(controlBytes, index * mmsghdrBytes + at.controlLength);
        messages.memory.writeUInt32LE(0, index * mmsghdrBytes + at.flags);
      }
      return messages.at;
    },
    packet: (index) => views[index] ?? packets.memory.subarray(0, 0),
    length: (index) => messages.memory.readUInt32LE(index * mmsghdrBytes + at.received),
    controls: controls.memory,
    controlAt: (index) => index * controlBytes,
    controlLength: (index) => messages.memory.readUInt32LE(index * mmsghdrBytes + at.controlLength),
  };
}
