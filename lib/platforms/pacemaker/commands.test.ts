import { expect, test } from 'vitest';
import { moveCommand, readCmapValue, targetRoleCommand } from './commands.ts';

test('keeps hostile names one word', () => {
  const name = '"; rm -rf / #<script>';
  expect(moveCommand(name, 'n1')).toContain(name);
  expect(targetRoleCommand(name, 'Stopped')).toContain(name);
  expect(targetRoleCommand(name, null)).not.toContain('Stopped');
});

test('reads a value of the map', () => {
  expect(readCmapValue('runtime.config.totem.token (u32) = 1650\n')).toBe('1650');
  expect(readCmapValue('Can\'t get key totem.cluster_name. Error CS_ERR_NOT_EXIST\n')).toBeNull();
});
