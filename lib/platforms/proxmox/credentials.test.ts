import { expect, test } from 'vitest';
import { chooseCredentials } from './credentials.ts';

test('the API token comes first', () => {
  expect(chooseCredentials({ token: 'harness@pve!t1=1234-5678\n', login: 'root@pam:secret' })).toEqual({ kind: 'token', token: 'harness@pve!t1=1234-5678' });
  expect(chooseCredentials({ token: 'PVEAPIToken=harness@pve!t1=1234-5678' })).toEqual({ kind: 'token', token: 'harness@pve!t1=1234-5678' });
});

test('a login is a user with its realm and a password, which may hold anything', () => {
  expect(chooseCredentials({ login: 'root@pam:a:b @!' })).toEqual({ kind: 'password', user: 'root@pam', password: 'a:b @!' });
});

test.each([[{ token: 'harness@pve=canary-77' }, 'user@realm!name=secret'], [{ token: 'harness@pve!t1:canary-77' }, 'user@realm!name=secret'], [{ login: 'root:canary-77' }, 'realm must be there'], [{ login: 'root@pam:' }, 'user@realm:password'], [{}, 'no credentials']])('%j is refused with what to write, and not repeated', (given, words) => {
  expect(() => chooseCredentials(given)).toThrow(words);
  expect(() => chooseCredentials(given)).not.toThrow('canary-77');
});
