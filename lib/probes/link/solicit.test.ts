import { expect, test } from 'vitest';
import { viewOf } from '../bytes.ts';
import { checksum } from '../icmp/echo.ts';
import { arpRequest, solicitation } from './solicit.ts';

const hardware = Buffer.from('020000000001', 'hex');

test('the ARP request asks for the target in our name', () => {
  expect(arpRequest('192.0.2.80', { device: 2, source: '192.0.2.5', hardware }).toString('hex')).toBe('0001080006040001020000000001c0000205000000000000c0000250');
});

test('the neighbour solicitation goes to the target\'s group, with the hop limit that makes it believed and a right checksum', () => {
  const packet = solicitation('2001:db8::1:2345:6789', { device: 2, source: '2001:db8::5', hardware });
  expect(packet.length).toBe(72);
  expect(packet[7]).toBe(255);
  expect(packet.subarray(24, 40).toString('hex')).toBe('ff0200000000000000000001ff456789');
  const pseudo = Buffer.concat([packet.subarray(8, 40), Buffer.from([0, 0, 0, 32, 0, 0, 0, 58]), packet.subarray(40)]);
  expect(checksum(viewOf(pseudo), 0, pseudo.length)).toBe(0);
});
