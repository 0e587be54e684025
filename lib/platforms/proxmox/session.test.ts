import { expect, test } from 'vitest';
import { scrub } from '../../record/scrub.ts';
import { openSession } from './session.ts';
import { recordedData } from './testing/recorded.ts';

const login = { kind: 'password', user: 'harness@pve', password: 'a-password' } as const;

test('a recorded ticket signs reads by its cookie and writes by its CSRF token too', async () => {
  const session = openSession(login, () => 0);
  const signIn = () => Promise.resolve(recordedData('login-pve-user'));
  expect(await session.headers('GET', 'pve1', signIn)).toEqual({ Cookie: `PVEAuthCookie=${encodeURIComponent('PVE:harness@pve:6B008BAA::REDACTEDTICKET==')}` });
  expect(await session.headers('DELETE', 'pve1', signIn)).toMatchObject({ CSRFPreventionToken: '6B008BAA:REDACTEDCSRF' });
});

test('it is renewed with itself as the password, as recorded', async () => {
  let now = 0;
  const asked: string[] = [];
  const session = openSession(login, () => now);
  const signIn = (_user: string, password: string) => {
    asked.push(password);
    return Promise.resolve(recordedData(asked.length === 1 ? 'login-pve-user' : 'renew-ticket-as-password'));
  };
  await session.headers('GET', 'pve1', signIn);
  now = 3_600_000;
  expect((await session.headers('GET', 'pve1', signIn))['Cookie']).toContain('6B008BC9');
  expect(asked).toEqual(['a-password', 'PVE:harness@pve:6B008BAA::REDACTEDTICKET==']);
});

// Documented (pve-access-control): what a user with a second factor gets.
test.each([[{ ticket: 'PVE:!tfa!x:6B008BAA::x==', CSRFPreventionToken: 'x1234' }], [{ ticket: 'PVE:root@pam:6B008BAA::x==', NeedTFA: 1 }]])('a user with a second factor is told to use an API token', async (data) => {
  const session = openSession(login, () => 0);
  await expect(session.headers('GET', 'pve1', () => Promise.resolve(data))).rejects.toMatchObject({ kind: 'authentication', message: expect.stringContaining('pveum user token add harness@pve') as string });
});

test('an answer without a ticket is no sign-in', async () => {
  await expect(openSession(login, () => 0).headers('GET', 'pve1', () => Promise.resolve(null))).rejects.toMatchObject({ kind: 'answer' });
});

test('a refusal of a ticket that was given up meanwhile is no refusal of the one after it', async () => {
  let now = 0;
  let count = 0;
  const session = openSession(login, () => now);
  const signIn = () => Promise.resolve(recordedData((count += 1) === 1 ? 'login-pve-user' : 'renew-ticket-as-password'));
  const signed = await session.headers('GET', 'pve1', signIn);
  now = 20_000;
  expect(session.refused(signed, 'pve1')).toBe(true);
  // Before there is a new one, and behind it.
  expect(session.refused(signed, 'pve1')).toBe(true);
  const renewed = await session.headers('GET', 'pve1', signIn);
  expect([session.refused(signed, 'pve1'), count]).toEqual([true, 2]);
  expect(session.refused(renewed, 'pve1')).toBe(false);
});

test('a ticket and its CSRF token are secrets', async () => {
  await openSession(login, () => 0).headers('GET', 'pve1', () => Promise.resolve({ ticket: 'PVE:harness@pve:00000000::canary-ticket', CSRFPreventionToken: 'canary-csrf' }));
  expect(scrub('PVE:harness@pve:00000000::canary-ticket and canary-csrf')).toBe('[secret] and [secret]');
});

test('a token needs nothing but itself, and a refusal of it is final', async () => {
  const session = openSession({ kind: 'token', token: 'a@pve!b=c' }, () => 0);
  expect(await session.headers('POST', 'pve1', () => Promise.reject(new Error('nobody asked')))).toEqual({ Authorization: 'PVEAPIToken=a@pve!b=c' });
  expect(session.refused({ Authorization: 'PVEAPIToken=a@pve!b=c' }, 'pve1')).toBe(false);
});
