import { expect, test } from 'vitest';
import { recorded } from './testing.ts';
import { moveCommand, readCmapValue, readVotes, targetRoleCommand } from './commands.ts';

test('keeps hostile names one word', () => {
  const name = '"; rm -rf / #<script>';
  expect(moveCommand(name, 'n1')).toContain(name);
  expect(targetRoleCommand(name, 'Stopped')).toContain(name);
  expect(targetRoleCommand(name, null)).not.toContain('Stopped');
});

test('reads votes from the table of corosync', () => {
  const table = recorded('votes-two.txt');
  expect(readVotes(table)).toEqual({ expected: 3, present: 2, needed: 2 });
  expect(readVotes(table.replace('Quorum:           2  ', 'Quorum:           2 Activity blocked'))).toEqual({ expected: 3, present: 2, needed: 2 });
  expect(readVotes('Cannot initialize CMAP service\n')).toBeNull();
});

test('reads a value of the map', () => {
  expect(readCmapValue('runtime.config.totem.token (u32) = 1650\n')).toBe('1650');
  expect(readCmapValue('Can\'t get key totem.cluster_name. Error CS_ERR_NOT_EXIST\n')).toBeNull();
});
