import { describe, expect, test } from 'vitest';
import { addressBytes, addressText, familyOf } from './address.ts';

describe('addresses', () => {
  test.each([
    ['192.0.2.80', 'c0000250', null],
    ['::', '00'.repeat(16), null],
    ['::1', `${'00'.repeat(15)}01`, null],
    ['2001:db8::1:0:80', '20010db8000000000000000100000080', null],
    ['fe80::a:b%eth0', 'fe8000000000000000000000000a000b', 'eth0'],
    ['::ffff:192.0.2.80', '00000000000000000000ffffc0000250', null],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008', null],
  ])('%s has the bytes %s', (text, hex, zone) => {
    const { bytes, zone: found } = addressBytes(text);
    expect(bytes.toString('hex')).toBe(hex);
    expect(found).toBe(zone);
  });

  test.each(['192.0.2.80', '2001:db8::1:0:80', '::1', '1:2:3:4:5:6:7:8'])('%s is written as it was read', (text) => {
    expect(addressText(addressBytes(text).bytes)).toBe(text);
  });

  test('a name is no address', () => {
    expect(() => familyOf('web.example')).toThrow('"web.example" is no IP address; resolve the name');
    expect(addressText(Buffer.alloc(6))).toBeNull();
  });
});
