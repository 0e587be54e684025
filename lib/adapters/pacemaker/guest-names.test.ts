import { expect, test } from 'vitest';
import { guestNames } from './guest-names.ts';
import { environment } from './testing.ts';

const names = guestNames(environment.guests, new Map([['web', 'web-domain'], ['other', 'other']]));

test('translates between the name, the resource and the domain', () => {
  const web = { name: 'web-guest', resource: 'web', domain: 'web-domain' };
  expect(names.byName('web-guest')).toEqual(web);
  expect(names.byResource('web')).toEqual(web);
  expect(names.byDomain('web-domain')).toEqual(web);
});

test('names what the environment file does not list by its own name', () => {
  expect(names.byResource('other')).toEqual({ name: 'other', resource: 'other', domain: 'other' });
  expect(names.byDomain('stray')).toEqual({ name: 'stray', resource: null, domain: 'stray' });
  expect(names.byName('other')).toBeNull();
});

test('a guest without a resource is known by its domain', () => {
  expect(names.byName('dns-guest')).toEqual({ name: 'dns-guest', resource: null, domain: 'dns' });
  expect(names.byDomain('dns').name).toBe('dns-guest');
});

test('a stranger that bears the name of a guest of the file does not pass for it', () => {
  expect(names.byResource('web-guest').name).toBe('web-guest (not in the environment file)');
});
