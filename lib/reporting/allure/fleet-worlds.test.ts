import { expect, test } from 'vitest';
import { fleetWorlds } from './fleet-worlds.ts';

test('an environment is an entry, and each of its runs where it has several, the newest first', () => {
  const [older, newer] = ['20260101T221500Z-bbbb', '20260102T221500Z-aaaa'];
  expect(fleetWorlds([{ environment: 'prod-a', run: older }, { environment: 'prod-b', run: older }, { environment: 'prod-a', run: newer }])).toEqual([
    { name: `prod-a 2 of 2, run ${newer}`, labels: { parentSuite: 'prod-a', run: newer } },
    { name: `prod-a 1 of 2, run ${older}`, labels: { parentSuite: 'prod-a', run: older } },
    { name: 'prod-b', labels: { parentSuite: 'prod-b' } },
  ]);
});

test('a record that was gathered twice is one run', () => {
  const run = { environment: 'prod-a', run: '20260101T221500Z-bbbb' };
  expect(fleetWorlds([run, run])).toEqual([{ name: 'prod-a', labels: { parentSuite: 'prod-a' } }]);
});

test('an environment without a run is an entry, too', () => {
  expect(fleetWorlds([], ['prod-c'])).toEqual([{ name: 'prod-c', labels: { parentSuite: 'prod-c' } }]);
});

test('no name is longer than Allure takes, and each run keeps its own', () => {
  const environment = 'a'.repeat(80);
  const names = fleetWorlds(['20260101T221500Z-bbbb', '20260102T221500Z-aaaa'].map((run) => ({ environment, run }))).map(({ name }) => name);
  expect(names.every((name) => name.length === 64)).toBe(true);
  expect(new Set(names).size).toBe(2);
});
