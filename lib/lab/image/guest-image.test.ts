import { expect, test } from 'vitest';
import { kernelPayload } from './guest-image.ts';

function bzImage(magic: number): Buffer {
  const image = Buffer.alloc(4096);
  image.writeUInt8(2, 0x1f1); // setup sectors
  image.writeUInt32LE(16, 0x248); // offset of the payload behind the setup
  image.writeUInt32LE(12, 0x24c); // its length, with the unpacked size at its end
  image.writeUInt32LE(magic, 3 * 512 + 16);
  image.write('body', 3 * 512 + 20);
  return image;
}

test('the payload stands where the header says, without the size at its end', () => {
  expect(kernelPayload(bzImage(0x184c2102)).subarray(4).toString()).toBe('body');
  expect(kernelPayload(bzImage(0x184c2102))).toHaveLength(8);
});

test('a kernel that is packed otherwise is refused', () => {
  expect(() => kernelPayload(bzImage(0xfd2fb528))).toThrow('not packed with LZ4');
});
