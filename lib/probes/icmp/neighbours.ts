import { networkInterfaces } from 'node:os';
import type { NetworkInterfaceInfo } from 'node:os';
import { errnoName, pin } from './libc.ts';
import type { Libc } from './libc.ts';

/**
 * While a target on the own segment is dead, the kernel asks for its hardware address only once a second (retrans_time_ms), so that
 * up to a second of address resolution is added to an outage. This asks more often, by the same ARP request (RFC 826), and only
 * for targets that are silent; the kernel takes the answer as if it had asked itself. Nothing of the system is changed.
 */
export interface Neighbours {
  /** For the record: what is done about address resolution. */
  reason: string;
  /** Asks for the hardware address of a target; does nothing for one that is reached through a router. */
  solicit(address: string): void;
  close(): void;
}

const AF_PACKET = 17;
const SOCK_DGRAM_CLOEXEC = 0x80002;
const ETH_P_ARP = 0x0806;
const MSG_DONTWAIT = 0x40;
const requestBytes = 28;
const addressBytes = 20;

export function openNeighbours(libc: Libc): Neighbours {
  const fd = libc.socket(AF_PACKET, SOCK_DGRAM_CLOEXEC, 0);
  if (fd < 0) {
    const reason = `packet socket refused (${errnoName()}): after a long outage of a target on the own segment up to 1 s of address resolution is part of the figure`;
    return { reason, solicit: () => undefined, close: () => undefined };
  }
  const request = pin(requestBytes);
  const destination = pin(addressBytes);
  return {
    reason: 'addresses of silent targets on the own segment are asked for ten times a second',
    solicit(address) {
      const segment = ownSegment(address, networkInterfaces());
      if (segment === null) return;
      writeRequest(request.memory, segment, address);
      // Asked of the kernel, not read from /sys: that may show the devices of another network namespace than ours.
      const device = libc.if_nametoindex(segment.name);
      if (device === 0) return;
      writeDestination(destination.memory, device);
      libc.sendto(fd, request.at, requestBytes, MSG_DONTWAIT, destination.at, addressBytes);
    },
    close: () => void libc.close(fd),
  };
}

/** The own address on the segment that an address belongs to. */
export interface Segment {
  name: string;
  address: string;
  mac: string;
}

/** Null when the address is not on a segment of ours (or is our own, or loopback). */
export function ownSegment(address: string, interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>): Segment | null {
  for (const [name, infos = []] of Object.entries(interfaces)) {
    for (const { family, internal, netmask, mac, address: own } of infos) {
      if (family !== 'IPv4' || internal || own === address) continue;
      const mask = toNumber(netmask);
      if ((toNumber(own) & mask) === (toNumber(address) & mask)) return { name, address: own, mac };
    }
  }
  return null;
}

function toNumber(address: string): number {
  return address.split('.').reduce((number, part) => number * 256 + Number(part), 0) | 0;
}

/** "Who has `address`? Tell us." */
export function writeRequest(request: Buffer, segment: Segment, address: string): void {
  request.fill(0);
  Buffer.from('0001080006040001', 'hex').copy(request);
  Buffer.from(segment.mac.replaceAll(':', ''), 'hex').copy(request, 8);
  Buffer.from(segment.address.split('.').map(Number)).copy(request, 14);
  Buffer.from(address.split('.').map(Number)).copy(request, 24);
}

/** struct sockaddr_ll: everybody on the segment of that device. */
function writeDestination(destination: Buffer, device: number): void {
  destination.fill(0);
  destination.writeUInt16LE(AF_PACKET, 0);
  destination.writeUInt16BE(ETH_P_ARP, 2);
  destination.writeInt32LE(device, 4);
  destination[11] = 6;
  destination.fill(0xff, 12, 18);
}
