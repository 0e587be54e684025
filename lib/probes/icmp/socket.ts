import { errnoName, pin } from './libc.ts';
import type { Libc } from './libc.ts';

const AF_INET = 2;
const SOCK_DGRAM = 2;
const SOCK_RAW = 3;
const SOCK_NONBLOCK_CLOEXEC = 0x80800;
const IPPROTO_ICMP = 1;
const SOL_SOCKET = 1;
const SO_SNDBUF = 7;
const SO_RCVBUF = 8;
const SO_SNDBUFFORCE = 32;
const SO_RCVBUFFORCE = 33;
const SO_TIMESTAMPNS = 35;
const SO_RXQ_OVFL = 40;
const SOL_RAW = 255;
const ICMP_FILTER = 1;
/** All types but echo reply (0). */
const onlyEchoReplies = ~1;
/**
 * Enough for everything that waits for an address to be resolved: the kernel keeps up to 208 kB of packets for each neighbour that
 * does not answer, and counts them as ours. A full buffer would silence the probes of all other targets.
 */
const bufferBytes = 16 * 1024 * 1024;

export interface IcmpSocket {
  fd: number;
  raw: boolean;
  /** Why this kind of socket, for the record. */
  reason: string;
}

/**
 * Opens the socket for all targets: a datagram socket (no privilege where net.ipv4.ping_group_range allows it), else a raw one.
 *
 * @throws Error naming both refusals.
 */
export function openIcmpSocket(libc: Libc): IcmpSocket {
  const value = pin(8);
  const set = (fd: number, level: number, name: number, number: number): boolean => {
    value.memory.writeInt32LE(number);
    return libc.setsockopt(fd, level, name, value.at, 4) === 0;
  };
  const open = (type: number): number => libc.socket(AF_INET, type | SOCK_NONBLOCK_CLOEXEC, IPPROTO_ICMP);

  let raw = false;
  let reason = 'datagram socket permitted';
  let fd = open(SOCK_DGRAM);
  if (fd < 0) {
    const datagram = errnoName();
    fd = open(SOCK_RAW);
    if (fd < 0) throw new Error(`the kernel refuses ICMP sockets: datagram ${datagram} (net.ipv4.ping_group_range), raw ${errnoName()} (needs root or CAP_NET_RAW)`);
    raw = true;
    reason = `raw socket, because the datagram socket is refused (${datagram}, net.ipv4.ping_group_range)`;
  }
  if (!set(fd, SOL_SOCKET, SO_RCVBUFFORCE, bufferBytes)) set(fd, SOL_SOCKET, SO_RCVBUF, bufferBytes);
  if (!set(fd, SOL_SOCKET, SO_SNDBUFFORCE, bufferBytes)) set(fd, SOL_SOCKET, SO_SNDBUF, bufferBytes);
  if (raw) set(fd, SOL_RAW, ICMP_FILTER, onlyEchoReplies);
  set(fd, SOL_SOCKET, SO_RXQ_OVFL, 1);
  if (!set(fd, SOL_SOCKET, SO_TIMESTAMPNS, 1)) reason += '; no kernel receive stamps';
  return { fd, raw, reason };
}
