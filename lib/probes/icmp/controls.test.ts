import { expect, test } from 'vitest';
import { viewOf } from '../bytes.ts';
import { readControls } from './controls.ts';
import type { PacketControls } from './controls.ts';

/** A control message as the kernel lays it out: length, level, type, data, padded to eight bytes. */
function control(level: number, type: number, data: Buffer): Buffer {
  const message = Buffer.alloc(16 + Math.ceil(data.length / 8) * 8);
  message.writeUInt32LE(16 + data.length, 0);
  message.writeInt32LE(level, 8);
  message.writeInt32LE(type, 12);
  data.copy(message, 16);
  return message;
}
function stamp(seconds: number, ns: number): Buffer {
  const data = Buffer.alloc(16);
  data.writeUInt32LE(seconds, 0);
  data.writeUInt32LE(ns, 8);
  return control(1, 35, data);
}
function read(...messages: Buffer[]): PacketControls {
  const into = { seconds: 9, ns: 9, dropped: 9 };
  const bytes = Buffer.concat(messages);
  readControls(viewOf(Buffer.concat([Buffer.alloc(32), bytes])), 32, bytes.length, into);
  return into;
}

test('stamp and drop count are found in either order, beside messages of other kinds', () => {
  const drops = control(1, 40, Buffer.from([7, 0, 0, 0]));
  expect(read(drops, stamp(1_790_000_000, 123_456_789))).toEqual({ seconds: 1_790_000_000, ns: 123_456_789, dropped: 7 });
  expect(read(stamp(5, 6), control(0, 35, Buffer.alloc(16, 1)), drops)).toEqual({ seconds: 5, ns: 6, dropped: 7 });
});

test('nothing is made up from nothing or from a damaged message', () => {
  const none = { seconds: 0, ns: 0, dropped: -1 };
  expect(read()).toEqual(none);
  expect(read(Buffer.alloc(24))).toEqual(none);
  expect(read(stamp(5, 6).subarray(0, 20))).toEqual(none);
});
