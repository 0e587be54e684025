import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Family } from '../address.ts';
import { viewOf } from '../bytes.ts';
import { checksum, echoBytes, prepareEcho, readEcho, stampEcho } from './echo.ts';
import type { EchoAnswer } from './echo.ts';

const tag = randomBytes(8);
const datagram = { family: 4, raw: false } as const;
/** Reads what was received behind something else, as in the table of all packets. */
function read(packet: Buffer, length: number, socket: { family: Family; raw: boolean }, own = tag): EchoAnswer | null {
  return readEcho(viewOf(Buffer.concat([Buffer.alloc(12), packet])), 12, length, socket, viewOf(own));
}
function answerTo(seq: number, sentNs = 123_456_789_012_345): Buffer {
  const packet = Buffer.alloc(echoBytes);
  prepareEcho(packet, 4, tag, 7, 0xbeef);
  stampEcho(viewOf(packet), 0, seq, sentNs);
  packet[0] = 0;
  return packet;
}

describe('an echo', () => {
  test.each([0, 65_535, 65_536, 4_000_000_000])('is recognised by its sequence %d, beyond the 16 bits of the header', (seq) => {
    const packet = answerTo(seq);
    expect(packet.readUInt16BE(6)).toBe(seq % 65_536);
    expect(read(packet, echoBytes, datagram)).toEqual({ probeId: 7, seq, sentNs: 123_456_789_012_345 });
  });

  test('is found behind an IPv4 header with options', () => {
    const packet = Buffer.concat([Buffer.from([0x47]), Buffer.alloc(27), answerTo(5)]);
    expect(read(packet, packet.length, { family: 4, raw: true })?.seq).toBe(5);
  });

  test('of IPv6 has types of its own, and no header before it on a raw socket either', () => {
    const packet = Buffer.alloc(echoBytes);
    prepareEcho(packet, 6, tag, 7, 0xbeef);
    stampEcho(viewOf(packet), 0, 9, 1);
    expect(packet[0]).toBe(128);
    packet[0] = 129;
    expect(read(packet, echoBytes, { family: 6, raw: true })?.seq).toBe(9);
    expect(read(packet, echoBytes, datagram)).toBeNull();
  });

  test('of another prober, a request, or one cut short is not ours', () => {
    expect(read(answerTo(5), echoBytes, datagram, Buffer.concat([tag.subarray(0, 7), Buffer.from([~(tag[7] ?? 0)])]))).toBeNull();
    const request = answerTo(5);
    request[0] = 8;
    expect(read(request, echoBytes, datagram)).toBeNull();
    expect(read(answerTo(5), 31, datagram)).toBeNull();
  });

  test('carries a checksum that sums to zero', () => {
    const packet = Buffer.alloc(echoBytes);
    prepareEcho(packet, 4, tag, 1, 0xffff);
    stampEcho(viewOf(packet), 0, 65_535, 1e15 + 1);
    expect(checksum(viewOf(packet), 0, echoBytes)).toBe(0);
    expect(checksum(viewOf(Buffer.from('4500003044224000800600008c7c19acae241e2b', 'hex')), 0, 20)).toBe(0x442e);
  });
});
