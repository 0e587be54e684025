import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { toolVersion } from './tool-version.ts';

test('is name and version of the package', () => {
  const { name, version } = JSON.parse(readFileSync('package.json', 'utf8')) as { name: string; version: string };
  expect(toolVersion()).toBe(`${name} ${version}`);
});
