import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSigned, readVarint, unzigzag, writeVarint, zigzag } from './samples-varint.ts';

describe('varint', () => {
  test('what is written is read again, up to 2^53', () => {
    fc.assert(fc.property(fc.array(fc.maxSafeNat()), (values) => {
      const buffer = new Uint8Array(values.length * 8);
      const end = values.reduce((offset, value) => writeVarint(buffer, offset, value), 0);
      const cursor = { buffer: buffer.subarray(0, end), offset: 0 };
      expect(values.map(() => readVarint(cursor))).toEqual(values);
      expect(readVarint(cursor)).toBeNull();
    }));
  });

  test('signed values keep their sign', () => {
    fc.assert(fc.property(fc.integer({ min: -(2 ** 51), max: 2 ** 51 }), (value) => {
      expect(unzigzag(zigzag(value)) + 0).toBe(value);
      const buffer = new Uint8Array(8);
      writeVarint(buffer, 0, zigzag(value));
      expect((readSigned({ buffer, offset: 0 }) ?? Number.NaN) + 0).toBe(value);
    }));
  });

  test.each([[0, 1], [127, 1], [128, 2], [16_383, 2], [16_384, 3], [Number.MAX_SAFE_INTEGER, 8]])('%d takes %d bytes', (value, bytes) => {
    expect(writeVarint(new Uint8Array(8), 0, value)).toBe(bytes);
  });

  test('a value that is cut off is not read', () => {
    expect(readVarint({ buffer: Uint8Array.of(0x80, 0x80), offset: 0 })).toBeNull();
    expect(readVarint({ buffer: new Uint8Array(20).fill(0xff), offset: 0 })).toBeNull();
  });
});
