import { expect, test } from 'vitest';
import { partNames } from './recipe.ts';

const read = (file: string): string => `content of ${file}`;

test('the names are the same for the same ingredients', () => {
  expect(partNames(read)).toStrictEqual(partNames(read));
  expect(partNames(read).rootfs).toMatch(/^rootfs-[0-9a-f]{16}$/);
});

test('a change of the root filesystem renews everything that is built from it', () => {
  const changed = partNames((file) => (file.endsWith('root-filesystem.ts') ? 'changed' : read(file)));
  const before = partNames(read);
  expect(changed.rootfs).not.toBe(before.rootfs);
  expect(changed.guest).not.toBe(before.guest);
  expect(changed.storage).not.toBe(before.storage);
});

test('a change of the guests renews the guests alone', () => {
  const changed = partNames((file) => (file.endsWith('service.pl') ? 'changed' : read(file)));
  const { rootfs, guest, storage } = partNames(read);
  expect(changed).toMatchObject({ rootfs, storage });
  expect(changed.guest).not.toBe(guest);
});
