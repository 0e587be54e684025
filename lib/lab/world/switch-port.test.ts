import { expect, test } from 'vitest';
import { parsePortPath } from './switch-port.ts';

const nodes = ['n1', 'n2'];

test('reads the requests to the switch', () => {
  expect(parsePortPath('/ports/n1/disconnect', nodes)).toEqual({ node: 'n1', action: 'disconnect' });
  expect(parsePortPath('/disks/osd.0/remove', nodes)).toBeNull();
});

test.each([
  ['/ports/n3/connect', /no port of "n3".*n1, n2/],
  ['/ports/n1/explode', /can connect, disconnect, status, not "explode"/],
  ['/ports/n1/connect/more', /not "connect"/],
])('refuses %s', (path, message) => {
  expect(() => parsePortPath(path, nodes)).toThrow(message);
});
