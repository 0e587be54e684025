import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { checksum, echoBytes, prepareEcho, readEcho, stampEcho } from './echo.ts';

const tag = randomBytes(8);
const datagram = { family: 4, raw: false } as const;
function answerTo(seq: number, sentNs = 123_456_789_012_345): Buffer {
  const packet = Buffer.alloc(echoBytes);
  prepareEcho(packet, 4, tag, 7, 0xbeef);
  stampEcho(packet, seq, sentNs);
  packet[0] = 0;
  return packet;
}

describe('an echo', () => {
  test.each([0, 65_535, 65_536, 4_000_000_000])('is recognised by its sequence %d, beyond the 16 bits of the header', (seq) => {
    const packet = answerTo(seq);
    expect(packet.readUInt16BE(6)).toBe(seq % 65_536);
    expect(readEcho(packet, echoBytes, datagram, tag)).toEqual({ probeId: 7, seq, sentNs: 123_456_789_012_345 });
  });

  test('is found behind an IPv4 header with options', () => {
    const packet = Buffer.concat([Buffer.from([0x47]), Buffer.alloc(27), answerTo(5)]);
    expect(readEcho(packet, packet.length, { family: 4, raw: true }, tag)?.seq).toBe(5);
  });

  test('of IPv6 has types of its own, and no header before it on a raw socket either', () => {
    const packet = Buffer.alloc(echoBytes);
    prepareEcho(packet, 6, tag, 7, 0xbeef);
    stampEcho(packet, 9, 1);
    expect(packet[0]).toBe(128);
    packet[0] = 129;
    expect(readEcho(packet, echoBytes, { family: 6, raw: true }, tag)?.seq).toBe(9);
    expect(readEcho(packet, echoBytes, datagram, tag)).toBeNull();
  });

  test('of another prober, a request, or one cut short is not ours', () => {
    expect(readEcho(answerTo(5), echoBytes, datagram, randomBytes(8))).toBeNull();
    const request = answerTo(5);
    request[0] = 8;
    expect(readEcho(request, echoBytes, datagram, tag)).toBeNull();
    expect(readEcho(answerTo(5), 31, datagram, tag)).toBeNull();
  });

  test('carries a checksum that sums to zero', () => {
    const packet = Buffer.alloc(echoBytes);
    prepareEcho(packet, 4, tag, 1, 0xffff);
    stampEcho(packet, 65_535, 1e15 + 1);
    expect(checksum(packet, echoBytes)).toBe(0);
    expect(checksum(Buffer.from('4500003044224000800600008c7c19acae241e2b', 'hex'), 20)).toBe(0x442e);
  });
});
