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

/** Completes the request for one probe. The checksum is needed on raw IPv4 sockets; the kernel makes it on all others. */
export function stampEcho(packet: Buffer, seq: number, sentNs: number, withChecksum = true): void {
  packet.writeUInt16BE(seq % 65_536, 6);
  packet.writeUInt32LE(seq % 2 ** 32, payloadAt + 12);
  packet.writeDoubleLE(sentNs, payloadAt + 16);
  if (!withChecksum) return;
  packet.writeUInt16BE(0, 2);
  packet.writeUInt16BE(checksum(packet, echoBytes), 2);
}

/** Which probe an answer belongs to. */
export interface EchoAnswer {
  probeId: number;
  seq: number;
  sentNs: number;
}

/**
 * Reads an answer out of what was received: the ICMP message, on a raw IPv4 socket with the IPv4 header before it.
 * Null for everything that is not an answer to a probe of this tag.
 */
export function readEcho(packet: Buffer, length: number, { family, raw }: { family: Family; raw: boolean }, tag: Buffer): EchoAnswer | null {
  const start = raw && family === 4 ? ((packet[0] ?? 0) & 0x0f) * 4 : 0;
  const payload = start + payloadAt;
  if (length < start + payloadAt + 24 || packet[start] !== echoTypes[family].reply) return null;
  if (packet.compare(tag, 0, tagBytes, payload, payload + tagBytes) !== 0) return null;
  return { probeId: packet.readUInt32LE(payload + 8), seq: packet.readUInt32LE(payload + 12), sentNs: packet.readDoubleLE(payload + 16) };
}

/** The internet checksum (RFC 1071) of an even number of bytes. */
export function checksum(packet: Buffer, bytes: number): number {
  let sum = 0;
  for (let at = 0; at < bytes; at += 2) sum += packet.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
