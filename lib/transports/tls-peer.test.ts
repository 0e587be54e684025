import { expect, test } from 'vitest';
import { peerAt, trustOf } from './tls-peer.ts';

const rest = { who: 'the BMC', trust: {}, where: 'here' };

test.each([
  ['https://192.0.2.21', '192.0.2.21', 443],
  ['https://bmc.example:8443/redfish', 'bmc.example', 8443],
  ['https://[2001:db8::1]', '2001:db8::1', 443],
])('%s is a peer at its host and port', (url, host, port) => {
  expect(peerAt(url, 443, rest)).toEqual({ ...rest, host, port });
});

test('a fingerprint takes the place of a CA, and without both the machine decides', () => {
  expect([trustOf('SHA256:a', 'pem'), trustOf(undefined, 'pem'), trustOf(undefined, undefined)]).toEqual([{ fingerprint: 'SHA256:a' }, { ca: 'pem' }, {}]);
});
