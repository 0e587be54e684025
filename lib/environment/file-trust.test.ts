import { chmodSync, chownSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { isPrivateGroup, ownerProblem } from './file-trust.ts';
import { loadEnvironment } from './load.ts';
import { folderWith, ordinaryFile, ordinaryVariables, problemsOf } from './testing.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const load = (folder: string) => loadEnvironment('made', { folder, env: ordinaryVariables });
const made = (files: Record<string, string> = {}): string => folderWith({ 'made.yaml': ordinaryFile, ...files });

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('file-trust.test.ts gives no file away here: only root may.');

/** Makes a file somebody else's. */
function giveAway(path: string): void {
  vi.stubEnv('SUDO_UID', undefined);
  chownSync(path, 65_534, 65_534);
}

describe('an environment file', () => {
  test.each([0o666, 0o646, 0o602])('that everybody may write (mode %o) is refused with the command that mends it', (mode) => {
    const folder = made();
    chmodSync(join(folder, 'made.yaml'), mode);
    expect(problemsOf(() => load(folder))).toEqual([expect.stringMatching(/made\.yaml: every user may change .*\(mode 6\d\d\).*Run: chmod 644 .*made\.yaml$/)]);
  });

  test.skipIf(!isRoot)('that a group of several may write is refused, and one that the owner alone is in is not', () => {
    const folder = made();
    const path = join(folder, 'made.yaml');
    chownSync(path, 0, 65_534);
    chmodSync(path, 0o664);
    expect(problemsOf(() => load(folder))).toEqual([expect.stringMatching(/made\.yaml: the members of a group may change .*\(mode 664, gid \d+\).*Run: chmod g-w .*made\.yaml$/)]);
    chmodSync(path, 0o644);
    expect(load(folder).name).toBe('made');
  });

  test('that everybody may replace is refused, unless the sticky bit of its folder forbids it', () => {
    const folder = made();
    chmodSync(folder, 0o777);
    expect(problemsOf(() => load(folder))).toEqual([expect.stringMatching(/put another file in the place of .*\(mode 777 of its folder\).*Run: chmod o-w /)]);
    chmodSync(folder, 0o1777);
    expect(load(folder).name).toBe('made');
  });

  test.skipIf(!isRoot)('of another user is refused, and nothing of it is said to be wrong or right', () => {
    const folder = made();
    giveAway(join(folder, 'made.yaml'));
    expect(problemsOf(() => load(folder))).toEqual([expect.stringMatching(/made\.yaml: .*belongs to another user \(uid \d+\).*chown \d+ .*made\.yaml$/)]);
  });
});

test.skipIf(!isRoot)('a secret in a file of another user is refused, whatever its mode', () => {
  const folder = made({ 'made.yaml': ordinaryFile.replace('env:HA_MADE_KEY', 'file:key.pem'), 'key.pem': 'a key' });
  expect(load(folder).ssh?.key.reveal()).toBe('a key');
  giveAway(join(folder, 'key.pem'));
  expect(problemsOf(() => load(folder))[0]).toMatch(/belongs to another user/);
});

test('a .env that others may write gives not even what is no secret', () => {
  const folder = made({ '.env': 'HA_MADE_KNOWN_HOSTS=n1 key\n' });
  chmodSync(join(folder, '.env'), 0o646);
  expect(problemsOf(() => loadEnvironment('made', { folder, env: { ...ordinaryVariables, HA_MADE_KNOWN_HOSTS: '' } }))).toEqual([expect.stringMatching(/other users may change it \(mode 646\)\. Run: chmod 644 .*\.env/)]);
});

test.each([
  { what: 'ours', uid: 1000, user: 1000, behindSudo: undefined, trusted: true },
  { what: 'of root', uid: 0, user: 1000, behindSudo: undefined, trusted: true },
  { what: 'of the user who became root by sudo', uid: 1000, user: 0, behindSudo: 1000, trusted: true },
  { what: 'of another one than called sudo', uid: 1001, user: 0, behindSudo: 1000, trusted: false },
  { what: 'of any user, for root', uid: 65_534, user: 0, behindSudo: undefined, trusted: false },
  { what: 'of the user who became another one by sudo', uid: 1000, user: 1001, behindSudo: 1000, trusted: false },
  { what: 'of whom our own program belongs to', uid: 1002, user: 0, behindSudo: undefined, trusted: true },
  { what: 'on Windows', uid: 0, user: undefined, behindSudo: undefined, trusted: true },
])('a file $what is trusted: $trusted', ({ uid, user, behindSudo, trusted }) => {
  expect(ownerProblem('/made/made.yaml', { uid }, { user, behindSudo, program: 1002 }) === null).toBe(trusted);
});

describe('a private group', () => {
  const passwd = 'root:x:0:0:root:/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\nbob:x:1001:100::/home/bob:/bin/sh\ncy:x:1002:100::/home/cy:/bin/sh\n';
  const group = 'root:x:0:\nann:x:1000:\nusers:x:100:\nwheel:x:10:ann,bob\nshared:x:1005:ann\n';
  test.each([
    { what: 'of the user alone', uid: 1000, gid: 1000, is: true },
    { what: 'that is the first of two users', uid: 1001, gid: 100, is: false },
    { what: 'of others', uid: 1001, gid: 1000, is: false },
    { what: 'that names several', uid: 1000, gid: 10, is: false },
    { what: 'that is nobody\'s first', uid: 1000, gid: 1005, is: false },
    { what: 'that stands nowhere', uid: 1000, gid: 5000, is: false },
  ])('$what: $is', ({ uid, gid, is }) => {
    expect(isPrivateGroup({ uid, gid }, passwd, group)).toBe(is);
  });

  test('is none when somebody else is named in it', () => {
    expect(isPrivateGroup({ uid: 1000, gid: 1000 }, passwd, group.replace('ann:x:1000:', 'ann:x:1000:bob'))).toBe(false);
  });
});
