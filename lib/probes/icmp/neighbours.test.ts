import { expect, test } from 'vitest';
import { ownSegment, writeRequest } from './neighbours.ts';

const base = { family: 'IPv4' as const, internal: false, mac: '02:00:00:00:00:01', cidr: null };
const interfaces = {
  lo: [{ ...base, internal: true, address: '127.0.0.1', netmask: '255.0.0.0' }],
  eth0: [{ ...base, address: '192.0.2.5', netmask: '255.255.255.128' }],
  eth1: [{ ...base, address: '198.51.100.9', netmask: '255.255.255.0', mac: '02:00:00:00:00:02' }],
};

test.each([
  ['192.0.2.80', 'eth0'], ['198.51.100.200', 'eth1'], ['192.0.2.200', undefined], ['203.0.113.1', undefined], ['127.0.0.2', undefined], ['192.0.2.5', undefined],
])('%s is on the segment of %s', (address, device) => {
  expect(ownSegment(address, interfaces)?.name).toBe(device);
});

test('the request asks for the target in our name', () => {
  const request = Buffer.alloc(28, 0xee);
  writeRequest(request, { name: 'eth0', address: '192.0.2.5', mac: '02:00:00:00:00:01' }, '192.0.2.80');
  expect(request.toString('hex')).toBe('0001080006040001020000000001c0000205000000000000c0000250');
});
