import { expect, test } from 'vitest';
import { archivePrefix } from './archive-name.ts';
import { neighbourOf, scratchNames } from './scratch-names.ts';

test('names follow from the id, differ between guests, and fit the kernel', () => {
  const names = scratchNames('"; rm -rf / #<script>');
  expect(names).toEqual(scratchNames('"; rm -rf / #<script>'));
  expect(names.domain).not.toBe(scratchNames('web').domain);
  for (const name of [names.bridge, names.cable]) expect(name).toMatch(/^[a-z0-9]{1,15}$/);
  expect(names.filePrefix.startsWith(archivePrefix('"; rm -rf / #<script>'))).toBe(true);
});

test.each([['10.88.0.80', '10.88.0.81'], ['10.88.0.53', '10.88.0.52'], ['192.0.2.1', '192.0.2.3'], ['192.0.2.254', '192.0.2.252'], ['2001:db8::1', null]])('beside %s is %s', (address, neighbour) => {
  expect(neighbourOf(address)).toBe(neighbour);
});
