import { expect, test } from 'vitest';
import { RedfishError } from '../platforms/redfish/redfish-error.ts';
import { isRefusedLogin } from './refused-login.ts';

test.each([
  ['a BMC that does not know us', new RedfishError('401', 401), true],
  ['an account that is locked', new RedfishError('403', 403), true],
  ['a BMC that is busy', new RedfishError('503', 503), false],
  ['one below another error', new Error('the hand failed', { cause: new RedfishError('401', 401) }), true],
  ['any other error', new Error('401'), false],
])('%s', (_, error, is) => {
  expect(isRefusedLogin(error)).toBe(is);
});
