import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { loadLibc } from '../icmp/libc.ts';
import { openLinkKernel } from './kernel.ts';
import { splitMessages } from './netlink.ts';

const unavailable = process.platform !== 'linux' ? 'netlink is Linux\'s' : null;
if (unavailable !== null) console.warn(`link/kernel.test.ts is left out: ${unavailable}`);

test.skipIf(unavailable !== null)('the kernel tells the way to this machine itself, its devices, and what it does not know', () => {
  const kernel = openLinkKernel(loadLibc());
  try {
    const own = kernel.routeTo('127.0.0.1');
    expect(own).toMatchObject({ type: 2, gateway: null });
    expect(kernel.link(own?.device ?? 0)).toMatchObject({ name: 'lo', running: true });
    expect(networkInterfaces()).toHaveProperty('lo');
    expect(kernel.link(0x7ffffffe)).toBeNull();
    expect(kernel.setState({ address: '192.0.2.1', device: 0x7fffffff }, 2)).toBe(false);
    expect(kernel.neighbours(4)).toEqual(expect.any(Array));
  } finally {
    kernel.close();
  }
});

test('a datagram that is cut off gives the messages before the cut', () => {
  const whole = Buffer.from('14000000020000000000000000000000ffffffff', 'hex');
  expect(splitMessages(Buffer.concat([whole, whole.subarray(0, 18)])).map(({ type }) => type)).toEqual([2]);
  expect(splitMessages(Buffer.alloc(16))).toEqual([]);
});
