import { addressBytes } from '../address.ts';
import type { Family } from '../address.ts';
import { pin } from './libc.ts';

/** Sizes and offsets of Linux's 64-bit structures. */
const mmsghdrBytes = 64;
const iovecBytes = 16;
const offsets = { name: 0, nameLength: 8, iov: 16, iovCount: 24, control: 32, controlLength: 40, flags: 48, received: 56 } as const;
const AF_INET = 2;
const AF_INET6 = 10;
/** struct sockaddr_in and sockaddr_in6; each place is as wide as the larger, rounded up. */
const sockaddrBytes = { 4: 16, 6: 28 } as const;
const sockaddrPlace = 32;

/** Outgoing packets: a fixed place per target, and the list that sendmmsg is given. */
export interface SendTable {
  /** All packets; that of a place begins at `packetAt`, and is written before the place is listed. */
  packets: DataView;
  packetAt(place: number): number;
  /** The bytes of a place's packet. */
  packet(place: number): Buffer;
  /** `scopeId`: index of the device of a link-local IPv6 address, else 0. */
  setAddress(place: number, address: string, scopeId: number): void;
  /** Puts a place at `index` of the list; costs nothing when it stands there already. */
  list(index: number, place: number): void;
  /** Address of the list from `index` on. */
  from(index: number): bigint;
}

export function createSendTable(capacity: number, packetBytes: number, family: Family): SendTable {
  const messages = pin(capacity * mmsghdrBytes);
  const iovecs = pin(capacity * iovecBytes);
  const addresses = pin(capacity * sockaddrPlace);
  const packets = pin(capacity * packetBytes);
  const listed = new Int16Array(capacity).fill(-1);
  for (let place = 0; place < capacity; place++) {
    iovecs.view.setBigUint64(place * iovecBytes, packets.at + BigInt(place * packetBytes), true);
    iovecs.view.setBigUint64(place * iovecBytes + 8, BigInt(packetBytes), true);
    messages.view.setUint32(place * mmsghdrBytes + offsets.nameLength, sockaddrBytes[family], true);
    messages.view.setBigUint64(place * mmsghdrBytes + offsets.iovCount, 1n, true);
  }
  return {
    packets: packets.view,
    packetAt: (place) => place * packetBytes,
    packet: (place) => packets.memory.subarray(place * packetBytes, (place + 1) * packetBytes),
    setAddress(place, address, scopeId) {
      const start = place * sockaddrPlace;
      addresses.memory.fill(0, start, start + sockaddrPlace);
      addresses.memory.writeUInt16LE(family === 4 ? AF_INET : AF_INET6, start);
      addressBytes(address).bytes.copy(addresses.memory, start + (family === 4 ? 4 : 8));
      if (family === 6) addresses.memory.writeUInt32LE(scopeId, start + 24);
    },
    list(index, place) {
      if (listed[index] === place) return;
      listed[index] = place;
      messages.view.setBigUint64(index * mmsghdrBytes + offsets.name, addresses.at + BigInt(place * sockaddrPlace), true);
      messages.view.setBigUint64(index * mmsghdrBytes + offsets.iov, iovecs.at + BigInt(place * iovecBytes), true);
    },
    from: (index) => (index === 0 ? messages.at : messages.at + BigInt(index * mmsghdrBytes)),
  };
}

/** Places for incoming packets with their control messages. */
export interface ReceiveTable {
  /** Address of the list, made ready for one call of recvmmsg; `used` is what the call before it returned. */
  prepare(used: number): bigint;
  /** All packets; the one received at `index` begins at `packetAt` and has this length. */
  packets: DataView;
  packetAt(index: number): number;
  length(index: number): number;
  /** Control messages of the packet: offset within `controls` and length. */
  controls: DataView;
  controlAt(index: number): number;
  controlLength(index: number): number;
}

export function createReceiveTable(capacity: number, packetBytes: number, controlBytes: number): ReceiveTable {
  const messages = pin(capacity * mmsghdrBytes);
  const iovecs = pin(capacity * iovecBytes);
  const packets = pin(capacity * packetBytes);
  const controls = pin(capacity * controlBytes);
  for (let index = 0; index < capacity; index++) {
    iovecs.view.setBigUint64(index * iovecBytes, packets.at + BigInt(index * packetBytes), true);
    iovecs.view.setBigUint64(index * iovecBytes + 8, BigInt(packetBytes), true);
    messages.view.setBigUint64(index * mmsghdrBytes + offsets.iov, iovecs.at + BigInt(index * iovecBytes), true);
    messages.view.setBigUint64(index * mmsghdrBytes + offsets.iovCount, 1n, true);
    messages.view.setBigUint64(index * mmsghdrBytes + offsets.control, controls.at + BigInt(index * controlBytes), true);
    messages.view.setUint32(index * mmsghdrBytes + offsets.controlLength, controlBytes, true);
  }
  return {
    prepare(used) {
      for (let index = 0; index < used; index++) {
        messages.view.setUint32(index * mmsghdrBytes + offsets.controlLength, controlBytes, true);
        messages.view.setUint32(index * mmsghdrBytes + offsets.flags, 0, true);
      }
      return messages.at;
    },
    packets: packets.view,
    packetAt: (index) => index * packetBytes,
    length: (index) => messages.view.getUint32(index * mmsghdrBytes + offsets.received, true),
    controls: controls.view,
    controlAt: (index) => index * controlBytes,
    controlLength: (index) => messages.view.getUint32(index * mmsghdrBytes + offsets.controlLength, true),
  };
}
