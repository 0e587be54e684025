import { expect, test } from 'vitest';
import { uniqueSlugs } from './unique-slugs.ts';

test('names that are alike as ids are numbered', () => {
  expect(uniqueSlugs(['dns', 'Web', 'web', 'Web Server!', 'WEB'])).toEqual(['dns', 'web', 'web-2', 'web-server-', 'web-3']);
});

test('a number does not take the name of another', () => {
  expect(uniqueSlugs(['web', 'web', 'web-2'])).toEqual(['web', 'web-3', 'web-2']);
  expect(uniqueSlugs(['web-2', 'web', 'web'])).toEqual(['web-2', 'web', 'web-3']);
});
