import { expect, test } from 'vitest';
import { inventedEnvironment } from '../safety/invented-cluster.ts';
import { Blocked } from './outcome.ts';
import { nextStop, stopsFrom } from './tour.ts';

const environment = inventedEnvironment();

test('a guest goes through every node that may be touched, its own first', () => {
  expect(stopsFrom(environment, 'n2')).toEqual(['n2', 'n1', 'n3']);
  expect(stopsFrom({ ...environment, allow: { ...environment.allow, nodes: ['n3', 'n2'] } }, 'n2')).toEqual(['n2', 'n3']);
});

test('nothing is touched when its own node may not be', () => {
  expect(() => stopsFrom({ ...environment, allow: { ...environment.allow, nodes: ['n1'] } }, 'n2')).toThrow(Blocked);
});

test('the cluster itself is followed as long as it leads somewhere new', () => {
  expect(nextStop(new Set(['n1', 'n3']), 'n3')).toBe('n3');
  expect(nextStop(new Set(['n1', 'n3']), 'n2')).toBe('n1');
  expect(nextStop(new Set(['n1', 'n3']), null)).toBe('n1');
  expect(() => nextStop(new Set(), 'n1')).toThrow('no stop left');
});
