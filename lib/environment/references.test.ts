import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { scrub } from '../record/scrub.ts';
import type { Environment } from './environment.ts';
import { loadEnvironment } from './load.ts';
import { createSecret, openReferences } from './references.ts';
import { folderWith, loadMade, ordinaryFile, ordinaryVariables, problemsOf } from './testing.ts';

const folder = (files: Record<string, string>) => folderWith({ 'made.yaml': ordinaryFile, ...files });

describe('where a secret comes from', () => {
  test('the process wins over .env, and an empty variable counts as not set', () => {
    const references = openReferences(folderWith({ '.env': 'HA_MADE_A=file-a\nHA_MADE_B=file-b\nHA_MADE_C=\n' }), { HA_MADE_A: 'process-a', HA_MADE_B: '' });
    expect(references('env:HA_MADE_A', 'secret')).toEqual({ text: 'process-a' });
    expect(references('env:HA_MADE_B', 'secret')).toEqual({ text: 'file-b' });
    expect(references('env:HA_MADE_C', 'secret')).toMatchObject({ problem: expect.stringContaining('HA_MADE_C is not set') });
    expect(references('no-reference', 'secret')).toBeNull();
  });

  test('.env fills no variable of the process', () => {
    openReferences(folderWith({ '.env': 'HA_MADE_LEAK=x\n' }), process.env);
    expect(process.env['HA_MADE_LEAK']).toBeUndefined();
  });

  test('a file, relative to the folder of the environment, without its last line end', () => {
    const environment = loadEnvironment('made', { folder: folder({ 'made.yaml': ordinaryFile.replace('env:HA_MADE_KEY', 'file:key.pem'), 'key.pem': 'line one\nline two\n' }), env: ordinaryVariables });
    expect(environment.ssh?.key.reveal()).toBe('line one\nline two');
  });
});

describe('a secret that cannot be had', () => {
  test('a missing variable: its name, its place in the file, and where it may be set', () => {
    const { HA_MADE_KEY: _, ...others } = ordinaryVariables;
    expect(problemsOf(() => loadMade(ordinaryFile, others))).toEqual([expect.stringMatching(/^made\.yaml:8:25: ssh\.key: the environment variable HA_MADE_KEY is not set\. Set it, or write HA_MADE_KEY=\.\.\. into .*\.env/)]);
  });

  test.each([
    ['a missing file', 'file:nowhere.pem', /the file .*nowhere\.pem does not exist/],
    ['a folder', 'file:.', /Run: chmod 600|cannot be read/],
    ['no file', 'file:', /names no file/],
    ['no variable', 'env:NOT A NAME', /is not the name of an environment variable/],
    ['an empty file', 'file:empty', /is empty/],
  ])('%s', (_, reference, says) => {
    expect(problemsOf(() => loadMade(ordinaryFile.replace('env:HA_MADE_KEY', reference), ordinaryVariables, { empty: '\n' }))).toEqual([expect.stringMatching(says)]);
  });

  test('one that stands in the file itself is refused, told how to write, and not repeated', () => {
    const problems = problemsOf(() => loadMade(ordinaryFile.replace('env:HA_MADE_TOKEN', 'hunter2hunter2').replace('env:HA_MADE_BMC', 'admin:hunter3hunter3')));
    expect(problems).toHaveLength(2);
    expect(problems.every((problem) => problem.includes('"env:NAME"') && problem.includes('"file:PATH"'))).toBe(true);
    expect(problems.join('\n')).not.toMatch(/hunter\d/);
  });

  test('credentials of a controller without user and password are told without showing them', () => {
    expect(problemsOf(() => loadMade(ordinaryFile, { ...ordinaryVariables, HA_MADE_BMC: 'only-a-password' }))).toEqual([expect.stringMatching(/power\.credentials: must stand for user:password/)]);
  });
});

test.each([['HA_MADE_BMC', 'root:abc', /power\.credentials: /], ['HA_MADE_TOKEN', 'xyz', /credentials\.token: /]])('a secret that is too short to be scrubbed is refused and not shown (%s)', (name, short, place) => {
  const problems = problemsOf(() => loadMade(ordinaryFile, { ...ordinaryVariables, [name]: short }));
  expect(problems).toEqual([expect.stringMatching(/secret shorter than 4 characters.*Choose a longer one/)]);
  expect(problems[0]).toMatch(place);
  expect(problems[0]).not.toMatch(/abc|xyz/);
});

describe('files that others may read or change', () => {
  function withKeyOfMode(mode: number): Environment {
    const made = folder({ 'made.yaml': ordinaryFile.replace('env:HA_MADE_KEY', 'file:key.pem'), 'key.pem': 'a key' });
    chmodSync(join(made, 'key.pem'), mode);
    return loadEnvironment('made', { folder: made, env: ordinaryVariables });
  }

  test.each([0o644, 0o640, 0o604])('a secret in a file of mode %o is refused with the command that mends it', (mode) => {
    expect(problemsOf(() => withKeyOfMode(mode))).toEqual([expect.stringMatching(/ssh\.key: .*mode 6\d\d\)\. Run: chmod 600 .*key\.pem/)]);
  });

  test.each([0o600, 0o400])('a secret in a file of mode %o is taken', (mode) => {
    expect(withKeyOfMode(mode).ssh?.key.reveal()).toBe('a key');
  });

  test('a .env that others may read is refused as soon as a secret comes from it', () => {
    const made = folder({ '.env': 'HA_MADE_KEY=from-the-file\n' });
    chmodSync(join(made, '.env'), 0o644);
    expect(loadEnvironment('made', { folder: made, env: ordinaryVariables }).name).toBe('made');
    expect(problemsOf(() => loadEnvironment('made', { folder: made, env: { ...ordinaryVariables, HA_MADE_KEY: '' } }))).toEqual([expect.stringMatching(/chmod 600 .*\.env/)]);
  });

  test('known hosts may be read by all and written by their owner only', () => {
    const made = folder({ 'made.yaml': ordinaryFile.replace('env:HA_MADE_KNOWN_HOSTS', 'file:known_hosts'), known_hosts: 'n1 ssh-ed25519 AAAA' });
    chmodSync(join(made, 'known_hosts'), 0o644);
    expect(loadEnvironment('made', { folder: made, env: ordinaryVariables }).ssh?.knownHosts.reveal()).toBe('n1 ssh-ed25519 AAAA');
    chmodSync(join(made, 'known_hosts'), 0o664);
    expect(problemsOf(() => loadEnvironment('made', { folder: made, env: ordinaryVariables }))).toEqual([expect.stringMatching(/other users may change it.*chmod 644/)]);
  });
});

test('loading registers secrets for scrubbing, and leaves public texts readable', () => {
  loadMade(ordinaryFile, { ...ordinaryVariables, HA_MADE_TOKEN: 'scrub-this-token', HA_MADE_BMC: 'operator:scrub-this-password', HA_MADE_KNOWN_HOSTS: 'n1 public-host-key' });
  expect(scrub('scrub-this-token scrub-this-password n1 public-host-key')).toBe('[secret] [secret] n1 public-host-key');
});

test('a secret shows its reference wherever it is printed', () => {
  const secret = createSecret('env:PVE_TOKEN', 'the text');
  expect([secret.toString(), JSON.stringify({ secret }), inspect({ secret }), secret.reveal()]).toEqual(['env:PVE_TOKEN', '{"secret":"env:PVE_TOKEN"}', '{ secret: env:PVE_TOKEN }', 'the text']);
});
