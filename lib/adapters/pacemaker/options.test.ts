import { expect, test } from 'vitest';
import { pacemakerOptions } from './options.ts';
import { environment } from './testing.ts';

const read = (platformOptions: Record<string, unknown>) => pacemakerOptions({ ...environment, platformOptions });

test('knows the folder for backups, and needs none', () => {
  expect(read({ backup: { directory: '/var/backups/ha' } })).toEqual({ backup: { directory: '/var/backups/ha' } });
  expect(read({})).toEqual({});
});

test.each([[{ bakup: {} }, /bakup/], [{ backup: { directory: 'relative' } }, /pacemaker\.backup\.directory: must be an absolute path/], [{ backup: { directory: '/' } }, /absolute path/]])('refuses %j with the key', (options, message) => {
  expect(() => read(options)).toThrow(message);
});
