import { addressBytes, familyOf } from '../address.ts';
import { viewOf } from '../bytes.ts';
import { checksum } from '../icmp/echo.ts';
import { errnoName, pin } from '../icmp/libc.ts';
import type { Libc } from '../icmp/libc.ts';

const AF_PACKET = 17;
const SOCK_DGRAM_CLOEXEC = 0x80002;
const protocols = { 4: 0x0806, 6: 0x86dd } as const;
const MSG_DONTWAIT = 0x40;
const requestBytes = { 4: 28, 6: 72 } as const;
const addressPlaceBytes = 20;
const icmpV6 = 58;
const neighbourSolicitation = 135;

/** Where a request goes out, and in whose name. */
export interface Asker {
  device: number;
  source: string;
  hardware: Buffer;
}

/** Asks the segment for the hardware address of a target, as the kernel does once a second, whenever it is called. */
export interface Solicitor {
  solicit(target: string, asker: Asker): void;
  close(): void;
}

/** @throws Error when packet sockets are refused. */
export function openSolicitor(libc: Libc): Solicitor {
  const fd = libc.socket(AF_PACKET, SOCK_DGRAM_CLOEXEC, 0);
  if (fd < 0) throw new Error(`packet sockets are refused (${errnoName()})`);
  const request = pin(requestBytes[6]);
  const destination = pin(addressPlaceBytes);
  return {
    solicit(target, asker) {
      const family = familyOf(target);
      const bytes = family === 4 ? arpRequest(target, asker) : solicitation(target, asker);
      bytes.copy(request.memory);
      writeDestination(destination.memory, asker.device, protocols[family], family === 4 ? Buffer.alloc(6, 0xff) : Buffer.concat([Buffer.from([0x33, 0x33, 0xff]), addressBytes(target).bytes.subarray(13)]));
      libc.sendto(fd, request.at, requestBytes[family], MSG_DONTWAIT, destination.at, addressPlaceBytes);
    },
    close: () => void libc.close(fd),
  };
}

/** "Who has `target`? Tell us." (RFC 826) */
export function arpRequest(target: string, { source, hardware }: Asker): Buffer {
  return Buffer.concat([Buffer.from('0001080006040001', 'hex'), hardware, addressBytes(source).bytes, Buffer.alloc(6), addressBytes(target).bytes]);
}

/** Neighbour solicitation to the target's solicited-node group (RFC 4861 4.3), with the IPv6 header before it. */
export function solicitation(target: string, { source, hardware }: Asker): Buffer {
  const wanted = addressBytes(target).bytes;
  const group = Buffer.concat([Buffer.from('ff0200000000000000000001ff', 'hex'), wanted.subarray(13)]);
  const body = Buffer.concat([Buffer.from([neighbourSolicitation, 0, 0, 0, 0, 0, 0, 0]), wanted, Buffer.from([1, 1]), hardware]);
  const addresses = Buffer.concat([addressBytes(source).bytes, group]);
  const pseudo = Buffer.concat([addresses, Buffer.from([0, 0, 0, body.length, 0, 0, 0, icmpV6]), body]);
  body.writeUInt16BE(checksum(viewOf(pseudo), 0, pseudo.length), 2);
  return Buffer.concat([Buffer.from([0x60, 0, 0, 0, 0, body.length, icmpV6, 255]), addresses, body]);
}

/** struct sockaddr_ll */
function writeDestination(destination: Buffer, device: number, protocol: number, hardware: Buffer): void {
  destination.fill(0);
  destination.writeUInt16LE(AF_PACKET, 0);
  destination.writeUInt16BE(protocol, 2);
  destination.writeInt32LE(device, 4);
  destination[11] = hardware.length;
  hardware.copy(destination, 12);
}
