import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { limitsTooFine, loadLimitsFile } from './limits.ts';
import { folderWith, problemsOf } from './testing.ts';

function load(text: string) {
  return loadLimitsFile(join(folderWith({ 'limits.yaml': text }), 'limits.yaml'), 10);
}

describe('a limits file', () => {
  test('holds rows, measurements and limits; durations become milliseconds, lost stays a count', () => {
    expect(load('limits: { live-migration: { outage: 1.5s, lost: 3 }, disk-return: { redundant-after: 2h } }')).toEqual({ 'live-migration': { outage: 1500, lost: 3 }, 'disk-return': { 'redundant-after': 7_200_000 } });
  });

  test.each([
    ['limits: { live-migratoin: { outage: 1s } }', /^limits\.yaml:1:11: limits\.live-migratoin: .*Did you mean "live-migration"\?/],
    ['limits:\n  backup:\n    outgae: 1s\n', /^limits\.yaml:3:5: limits\.backup\.outgae: .*Did you mean "outage"\?/],
    ['limits: { backup: { lost: 1s } }', /limits\.backup\.lost: must be a number and is a text/],
    ['limits: { backup: { lost: 1.5 } }', /limits\.backup\.lost: must be a whole number/],
    ['limits: { backup: { lost: -1 } }', /limits\.backup\.lost: is too small\. Write 0 or more/],
    ['limits: { backup: { outage: 3 } }', /limits\.backup\.outage: is not a duration/],
    ['limits: { backup: { outage: 3 lightyears } }', /limits\.backup\.outage: .*write a number with its unit/],
    ['limits: { backup: { outage: 19ms }, bakcup: {} }', /limits\.backup\.outage: the limit of 19 ms is too fine/, /limits\.bakcup: .*Did you mean "backup"\?/],
    ['{}', /^limits\.yaml:1:1: limits: is missing/],
    ['limits: {}\nname: x\n', /^limits\.yaml:2:1: name: "name" is not known here/],
    ['limits: { backup: {}, backup: {} }', /^limits\.yaml:1:\d+: the YAML cannot be understood: Map keys must be unique/],
    ['limits: [', /^limits\.yaml:\d+:\d+: the YAML cannot be understood/],
  ])('%s is refused', (text, ...says) => {
    expect(problemsOf(() => load(text))).toEqual(says.map((sentence) => expect.stringMatching(sentence)));
  });

  test('that is not there is named', () => {
    expect(problemsOf(() => loadLimitsFile('/nowhere/limits.yaml', 10))[0]).toMatch(/cannot be read/);
  });
});

describe('a limit finer than two probe periods', () => {
  test.each([
    ['outage', '19ms', 1], ['outage', '20ms', 0], ['service-gap', '15ms', 1], ['service-gap', '199ms', 1], ['service-gap', '200ms', 0], ['outage', '0s', 1],
    ['platform-downtime', '1ms', 0], ['write-gap', '1ms', 0], ['lost', 0, 0], ['outage', 'long', 0],
  ])('%s of %s has %d problems at 10 ms', (measurement, limit, count) => {
    expect(limitsTooFine({ backup: { [measurement]: limit } }, 10)).toHaveLength(count);
  });

  test('of a service is judged by how often services are asked, and a shorter probe period is no way out', () => {
    expect(limitsTooFine({ backup: { 'service-gap': '50ms' } }, 10)).toEqual([{ path: ['limits', 'backup', 'service-gap'], part: 'value', message: expect.stringMatching(/50 ms is too fine for a probe every 100 ms.*Set it to 200 ms or more\.$/) }]);
    expect(limitsTooFine({ backup: { 'service-gap': '300ms' } }, 200)).toEqual([expect.objectContaining({ message: expect.stringMatching(/every 200 ms.*Set it to 400 ms or more, or make probe\.period 150 ms or less/) as string })]);
  });

  test('says both ways out', () => {
    expect(limitsTooFine({ backup: { outage: '15ms' } }, 10)).toEqual([{ path: ['limits', 'backup', 'outage'], part: 'value', message: expect.stringMatching(/15 ms is too fine for a probe every 10 ms.*Set it to 20 ms or more, or make probe\.period 7\.5 ms or less/) }]);
  });
});
