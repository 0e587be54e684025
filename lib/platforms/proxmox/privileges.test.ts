import { expect, test } from 'vitest';
import { missingPrivileges, neededPrivileges } from './privileges.ts';
import { permissions } from './requests/access.ts';
import { recordedData } from './testing/recorded.ts';

const root = permissions().answer.parse(recordedData('perms'));

test('the administrator of the recorded cluster may do everything', () => {
  expect(missingPrivileges(root, neededPrivileges(9))).toEqual([]);
});

test('each privilege that is taken away is missed', () => {
  for (const needed of neededPrivileges(9)) {
    const left = Object.fromEntries(Object.entries(root['/'] ?? {}).filter(([name]) => name !== needed.privilege));
    expect(missingPrivileges({ '/': left }, neededPrivileges(9))).toEqual(neededPrivileges(9).filter(({ privilege }) => privilege === needed.privilege));
    expect(missingPrivileges({ ...root, [needed.path]: left }, neededPrivileges(9))).toContainEqual(needed);
  }
});

test('a token without rights of its own lacks them all', () => {
  expect(missingPrivileges({}, neededPrivileges(9))).toHaveLength(neededPrivileges(9).length);
});

test('entries of a nearer path replace those above, and what does not propagate is none', () => {
  const needed = [{ path: '/vms/100', privilege: 'VM.Migrate', why: '' }];
  expect(missingPrivileges({ '/': { 'VM.Migrate': true }, '/vms': {} }, needed)).toEqual(needed);
  expect(missingPrivileges({ '/': { 'VM.Migrate': true } }, needed)).toEqual([]);
  expect(missingPrivileges({ '/vms': { 'VM.Migrate': false } }, needed)).toEqual(needed);
});

test('the agent wants VM.Monitor until 8 and other privileges since 9', () => {
  expect(neededPrivileges(8).map(({ privilege }) => privilege)).toContain('VM.Monitor');
  expect(neededPrivileges(9).map(({ privilege }) => privilege)).not.toContain('VM.Monitor');
});
