import type { Family } from '../address.ts';
import { errnoName, pin } from './libc.ts';
import type { Libc } from './libc.ts';

const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_DGRAM = 2;
const SOCK_RAW = 3;
const SOCK_NONBLOCK_CLOEXEC = 0x80800;
const IPPROTO_ICMP = 1;
const IPPROTO_ICMPV6 = 58;
const SOL_SOCKET = 1;
const SO_SNDBUF = 7;
const SO_RCVBUF = 8;
const SO_SNDBUFFORCE = 32;
const SO_RCVBUFFORCE = 33;
const SO_TIMESTAMPNS = 35;
const SO_RXQ_OVFL = 40;
const SOL_RAW = 255;
const ICMP_FILTER = 1;
const SOL_ICMPV6 = 58;
const ICMPV6_FILTER = 1;
/** All types but echo reply (0). */
const onlyEchoReplies = ~1;
/** The same for IPv6: 256 bits, set where a type is kept out; echo reply is 129. */
const filterBytes = 32;
const echoReplyV6 = 129;
/**
 * Enough for everything that waits for an address to be resolved: the kernel keeps up to 208 kB of packets for each neighbour that
 * does not answer, and counts them as ours. A full buffer would silence the probes of all other targets.
 */
const bufferBytes = 16 * 1024 * 1024;

export interface IcmpSocket {
  fd: number;
  family: Family;
  raw: boolean;
  /** Why this kind of socket, for the record. */
  reason: string;
}

/**
 * Opens the socket for all targets: a datagram socket (no privilege where net.ipv4.ping_group_range allows it), else a raw one.
 *
 * @throws Error naming both refusals.
 */
export function openIcmpSocket(libc: Libc, family: Family): IcmpSocket {
  const value = pin(filterBytes);
  const set = (fd: number, level: number, name: number, number: number): boolean => {
    value.memory.writeInt32LE(number);
    return libc.setsockopt(fd, level, name, value.at, 4) === 0;
  };
  const open = (type: number): number => (family === 4 ? libc.socket(AF_INET, type | SOCK_NONBLOCK_CLOEXEC, IPPROTO_ICMP) : libc.socket(AF_INET6, type | SOCK_NONBLOCK_CLOEXEC, IPPROTO_ICMPV6));

  let raw = false;
  let reason = 'datagram socket permitted';
  let fd = open(SOCK_DGRAM);
  if (fd < 0) {
    const datagram = errnoName();
    fd = open(SOCK_RAW);
    if (fd < 0) throw new Error(`the kernel refuses ICMP sockets for IPv${family}: datagram ${datagram} (net.ipv4.ping_group_range), raw ${errnoName()} (needs root or CAP_NET_RAW)`);
    raw = true;
    reason = `raw socket, because the datagram socket is refused (${datagram}, net.ipv4.ping_group_range)`;
  }
  if (!set(fd, SOL_SOCKET, SO_RCVBUFFORCE, bufferBytes)) set(fd, SOL_SOCKET, SO_RCVBUF, bufferBytes);
  if (!set(fd, SOL_SOCKET, SO_SNDBUFFORCE, bufferBytes)) set(fd, SOL_SOCKET, SO_SNDBUF, bufferBytes);
  if (raw && family === 4) set(fd, SOL_RAW, ICMP_FILTER, onlyEchoReplies);
  if (raw && family === 6) {
    value.memory.fill(0xff);
    value.memory[echoReplyV6 >> 3] = 0xff & ~(1 << (echoReplyV6 & 7));
    libc.setsockopt(fd, SOL_ICMPV6, ICMPV6_FILTER, value.at, filterBytes);
  }
  set(fd, SOL_SOCKET, SO_RXQ_OVFL, 1);
  if (!set(fd, SOL_SOCKET, SO_TIMESTAMPNS, 1)) reason += '; no kernel receive stamps';
  return { fd, family, raw, reason };
}
