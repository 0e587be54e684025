import { expect, test } from 'vitest';
import { inventedEnvironment, inventedSnapshot } from '../safety/invented-cluster.ts';
import { Blocked } from './outcome.ts';
import { judgeTour, nextStop, onlyPlace, stopsFrom } from './tour.ts';

const environment = inventedEnvironment();

test('a guest goes through every node that may be touched, its own first', () => {
  expect(stopsFrom(environment, 'n2')).toEqual(['n2', 'n1', 'n3']);
  expect(stopsFrom({ ...environment, allow: { ...environment.allow, nodes: ['n3', 'n2'] } }, 'n2')).toEqual(['n2', 'n3']);
});

test('a node that the platform keeps it off is no stop', () => {
  expect(stopsFrom(environment, 'n2', new Map([['n1', 'why']]))).toEqual(['n2', 'n3']);
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

test('the tour is judged by where the guest was seen, not by where it was to go', () => {
  expect(judgeTour(['n1', 'n2'], ['n1', 'n2'])).toEqual([true, 'seen on n1, n2']);
  expect(judgeTour(['n1', 'n2'], ['n1', 'n1'])).toEqual([false, 'seen on n1, n1, never on n2']);
  expect(judgeTour(['n1', 'n2'], ['n1', null])).toEqual([null, 'seen on n1, (no single place), never on n2']);
});

test('a guest is in a place that it is alone in', () => {
  const on = (...runningOn: string[]) => inventedSnapshot({ guests: [{ name: 'web', kind: 'vm', haManaged: true, haState: 'started', assignedTo: 'n2', runningOn }] });
  expect([on('n2'), on('n2', 'n3'), on()].map((snapshot) => onlyPlace(snapshot, 'web'))).toEqual(['n2', null, null]);
  expect(onlyPlace(on('n2'), 'dns')).toBeNull();
});
