import { describe, expect, test } from 'vitest';
import { changesBetween, countedIn } from './state-changes.ts';

const all = (_path: string, text: string): string => text;

describe('changes between two states', () => {
  test('elements of a list are told apart by their names, whatever their order', () => {
    const before = countedIn([{ id: 'a', state: 'up' }, { id: 'b', state: 'up' }], all);
    expect(changesBetween(before, countedIn([{ state: 'up', id: 'b' }, { state: 'up', id: 'a' }], all))).toEqual([]);
    expect(changesBetween(before, countedIn([{ id: 'b', state: 'down' }, { id: 'a', state: 'up' }], all))).toEqual(['[b].state: up -> down']);
  });

  test('what comes and goes is named', () => {
    const before = countedIn({ pgs: [{ state_name: 'active', count: 3 }] }, all);
    const after = countedIn({ pgs: [{ state_name: 'peering', count: 3 }] }, all);
    expect(changesBetween(before, after)).toEqual(['pgs[active].state_name: active -> (none)', 'pgs[active].count: 3 -> (none)', 'pgs[peering].state_name: (none) -> peering', 'pgs[peering].count: (none) -> 3']);
  });

  test('elements without names, or with one twice, are told apart by their place', () => {
    expect(changesBetween(countedIn({ list: [{ a: 1 }, { a: 2 }] }, all), countedIn({ list: [{ a: 1 }, { a: 3 }] }, all))).toEqual(['list[1].a: 2 -> 3']);
    expect(changesBetween(countedIn([{ id: 'a', n: 1 }, { id: 'a', n: 2 }], all), countedIn([{ id: 'a', n: 1 }, { id: 'a', n: 3 }], all))).toEqual(['[1].n: 2 -> 3']);
    expect(changesBetween(countedIn({ names: ['a', 'b'] }, all), countedIn({ names: ['a'] }, all))).toEqual(['names: a, b -> a']);
  });

  test('what does not count is passed over', () => {
    const counts = (path: string, text: string): string | null => (path === 'timestamp' ? null : text.toLowerCase());
    expect(changesBetween(countedIn({ timestamp: 1, state: 'UP' }, counts), countedIn({ timestamp: 2, state: 'up' }, counts))).toEqual([]);
  });

  test('a line is no longer than it can be read', () => {
    const [before, after] = [0, 1].map((value) => countedIn(Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`key${index}`, value])), all)) as [ReadonlyMap<string, string>, ReadonlyMap<string, string>];
    const changes = changesBetween(before, after);
    expect([changes.length, changes.at(-1)]).toEqual([61, 'and 40 more']);
    expect(changesBetween(new Map(), countedIn({ text: 'x'.repeat(5000) }, all))[0]?.length).toBeLessThan(250);
  });
});
