import { expect, test } from 'vitest';
import { ProxmoxError, RefusedSignIn } from '../platforms/proxmox/proxmox-error.ts';
import { RedfishError } from '../platforms/redfish/redfish-error.ts';
import { DoubtfulLogin, isDoubtfulLogin, isRefusedLogin } from './refused-login.ts';

test.each([
  ['a BMC that does not know us', new RedfishError('401', 401), true],
  ['an account that is locked', new RedfishError('403', 403), true],
  ['a BMC that is busy', new RedfishError('503', 503), false],
  ['one below another error', new Error('the hand failed', { cause: new RedfishError('401', 401) }), true],
  ['a cluster that does not take our password', new Error('the adapter', { cause: new RefusedSignIn('authentication', '401') }), true],
  ['a token that is not known, or not yet', new ProxmoxError('authentication', '401', { status: 401 }), false],
  ['any other error', new Error('401'), false],
])('%s', (_, error, is) => {
  expect(isRefusedLogin(error)).toBe(is);
});

test.each([
  ['a program that tells no difference', new DoubtfulLogin('Unable to connect/login'), true],
  ['one below another error', new Error('the hand failed', { cause: new DoubtfulLogin('Unable to connect/login') }), true],
  ['a login that was refused for certain', new RedfishError('401', 401), false],
  ['any other error', new Error('Unable to connect/login'), false],
])('a login may have been refused: %s', (_, error, may) => {
  expect([isDoubtfulLogin(error), isRefusedLogin(error) && may]).toEqual([may, false]);
});
