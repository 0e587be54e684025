import { expect, test } from 'vitest';
import { isOwnAddress, localAddresses, ownAddressesFor } from './interlocks-own-place.ts';
import { inventedEnvironment } from './invented-cluster.ts';

const own = ['198.51.100.7', '2001:db8::7'];
const environment = inventedEnvironment({ nodes: [{ name: 'n1', address: 'n1.example.org', disks: [] }, { name: 'n2', address: 'n2.example.org', disks: [] }] });

test.each([
  ['198.51.100.7', true], ['::ffff:198.51.100.7', true], ['2001:0DB8:0::0007', true], ['127.0.0.1', true], ['127.3.2.1', true], ['::1', true], ['0.0.0.0', true],
  ['198.51.100.8', false], ['2001:db8::8', false], ['n1.example.org', false],
])('%s is its own: %s', (address, expected) => {
  expect(isOwnAddress(address, own)).toBe(expected);
});

test('this machine has its loopback address', () => {
  expect(localAddresses()).toContain('127.0.0.1');
});

test('a host name that stands for this machine is among its addresses, another one is not', async () => {
  const zone = new Map([['n1.example.org', ['192.0.2.11', '192.0.2.12']], ['n2.example.org', ['192.0.2.14', '198.51.100.7']]]);
  expect(await ownAddressesFor(environment, async (name) => zone.get(name) ?? [], own)).toEqual([...own, 'n2.example.org']);
});

test('the name of an endpoint is resolved too', async () => {
  const endpoints = [{ node: 'n1', address: 'api.example.org' }];
  expect(await ownAddressesFor(inventedEnvironment({ endpoints }), async () => ['127.0.0.1'], own)).toContain('api.example.org');
});

test('a name that nobody resolves is told, and not taken for another machine', async () => {
  await expect(ownAddressesFor(environment, () => Promise.reject(new Error('ENOTFOUND')), own)).rejects.toThrow(/host name "n\d\.example\.org".*cannot be resolved \(ENOTFOUND\).*IP address/);
});
