import type { Family } from '../address.ts';

/**
 * ICMP echo requests (RFC 792, for IPv6 RFC 4443) whose payload says which probe they are: the 16-bit sequence of the header wraps after 65536
 * probes (65 s at 1 ms), the payload does not. Payload: run tag (8 bytes), probe id and sequence (4 each), send time (8), zeros.
 */
export const echoBytes = 64;
const echoTypes = { 4: { request: 8, reply: 0 }, 6: { request: 128, reply: 129 } } as const;
const payloadAt = 8;
export const tagBytes = 8;

/** Writes everything that does not change from probe to probe; `id` counts on raw sockets only. */
export function prepareEcho(packet: Buffer, family: Family, tag: Buffer, probeId: number, id: number): void {
  packet.fill(0, 0, echoBytes);
  packet[0] = echoTypes[family].request;
  packet.writeUInt16BE(id, 4);
  tag.copy(packet, payloadAt, 0, tagBytes);
  packet.writeUInt32LE(probeId, payloadAt + 8);
}

/** Completes the request at `at` for one probe. The checksum is needed on raw IPv4 sockets; the kernel makes it on all others. */
export function stampEcho(packets: DataView, at: number, seq: number, sentNs: number, withChecksum = true): void {
  packets.setUint16(at + 6, seq % 65_536);
  packets.setUint32(at + payloadAt + 12, seq % 2 ** 32, true);
  packets.setFloat64(at + payloadAt + 16, sentNs, true);
  if (!withChecksum) return;
  packets.setUint16(at + 2, 0);
  packets.setUint16(at + 2, checksum(packets, at, echoBytes));
}

/** Which probe an answer belongs to. */
export interface EchoAnswer {
  probeId: number;
  seq: number;
  sentNs: number;
}

/**
 * Reads an answer out of the `length` bytes that were received at `at`: the ICMP message, on a raw IPv4 socket with the IPv4 header
 * before it. Null for everything that is not an answer to a probe of this tag.
 */
export function readEcho(packets: DataView, at: number, length: number, { family, raw }: { family: Family; raw: boolean }, tag: DataView): EchoAnswer | null {
  const start = raw && family === 4 && length > 0 ? (packets.getUint8(at) & 0x0f) * 4 : 0;
  const payload = at + start + payloadAt;
  if (length < start + payloadAt + 24 || packets.getUint8(at + start) !== echoTypes[family].reply) return null;
  if (packets.getUint32(payload) !== tag.getUint32(0) || packets.getUint32(payload + 4) !== tag.getUint32(4)) return null;
  return { probeId: packets.getUint32(payload + 8, true), seq: packets.getUint32(payload + 12, true), sentNs: packets.getFloat64(payload + 16, true) };
}

/** The internet checksum (RFC 1071) of an even number of bytes from `at` on. */
export function checksum(packets: DataView, at: number, bytes: number): number {
  let sum = 0;
  for (let offset = at; offset < at + bytes; offset += 2) sum += packets.getUint16(offset);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
