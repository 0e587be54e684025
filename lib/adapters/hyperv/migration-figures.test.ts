import { describe, expect, test } from 'vitest';
import { fits, isAbout, migrationFigures, secondsOf, type MoveEvent } from './migration-figures.ts';

const machine = '11111111-2222-3333-4444-555555555555';
/** Ids and figures are from field reports; the order of the properties of events of the worker process is invented. */
const event = (id: number, properties: string[], node = 'hv1'): MoveEvent => ({ id, properties, node, utc: new Date(0), record: '1' });

test.each([
  ['0.35', { ms: 350, errorMs: 10 }],
  ['1,25', { ms: 1250, errorMs: 10 }],
  ['0.8 s', { ms: 800, errorMs: 100 }],
  ['19.43', { ms: 19_430, errorMs: 10 }],
  ['2', { ms: 2000, errorMs: 1000 }],
  ['', null],
  ['-1', null],
  ['1.2.3', null],
  ['une seconde', null],
])('a duration written "%s" is %o, as exact as it is written', (text, wanted) => {
  expect(secondsOf(text)).toEqual(wanted);
});

test('no part of a migration is longer than the whole, by what its written form surely says', () => {
  expect([fits({ ms: 2000, errorMs: 1000 }, 1500), fits({ ms: 2000, errorMs: 1000 }, 900), fits({ ms: 350_000, errorMs: 1000 }, 8000)]).toEqual([true, false, false]);
});

test.each([[machine.toUpperCase(), true], [`{${machine}}`, true], [machine.slice(1), false]])('an event with the property %s is about the machine: %s', (property, wanted) => {
  expect(isAbout({ properties: ['web', property] }, machine)).toBe(wanted);
});

describe('what the worker processes measured', () => {
  const of = (events: MoveEvent[], more: Partial<Parameters<typeof migrationFigures>[1]> = {}) => migrationFigures(events, { machine, wholeMs: 30_000, nodes: ['hv1', 'hv2'], unread: [], hasDowntime: true, ...more });

  test('is the brownout, as exact as it is written, with its event and node', () => {
    expect(of([event(22508, ['web', machine, '19.43'])])).toEqual([{ name: 'platform-brownout', lo: 19_420, hi: 19_440, source: expect.stringContaining('event 22508 of Hyper-V-Worker-Admin on hv1: 19.43 s') as string }]);
  });

  test('spans both, where both nodes tell it', () => {
    expect(of([event(22508, ['web', machine, '19.4']), event(22508, ['web', machine, '20.1'], 'hv2')])).toMatchObject([{ lo: 19_300, hi: 20_200, source: expect.stringMatching(/on hv1: 19\.4 s; event 22508 .* on hv2: 20\.1 s/) as string }]);
  });

  test('is the blackout too, where the management service did not tell it; its pages are no time', () => {
    expect(of([event(22509, ['web', `{${machine}}`, '0.35', '4242'])], { hasDowntime: false })).toMatchObject([{ name: 'platform-brownout', hi: null }, { name: 'platform-downtime', lo: 340, hi: 360 }]);
  });

  test.each<[string, MoveEvent[], string[], string]>([
    ['no event', [], [], 'no event 22508 of the machine on hv1 or hv2'],
    ['no event, and a log that nobody could read', [], ['Hyper-V-Worker-Admin of hv2: Accès refusé.'], 'no event 22508 of the machine on hv1 or hv2; Hyper-V-Worker-Admin of hv2: Accès refusé.'],
    ['a whole number', [event(22508, ['web', machine, '812'])], [], 'says "812", of which no duration can be told'],
    ['two figures', [event(22508, ['web', machine, '1.5', '2.5'])], [], 'says "1.5", "2.5", of which no duration can be told'],
    ['a figure that stands before the machine, where its name does', [event(22508, ['1.5', machine])], [], 'says nothing, of which no duration can be told'],
    ['more than the whole migration took', [event(22508, ['web', machine, '31.5'])], [], 'longer than the whole migration'],
  ])('is missing with %s, and says so', (_what, events, unread, why) => {
    expect(of(events, { unread })).toEqual([{ name: 'platform-brownout', lo: 0, hi: null, source: expect.stringContaining(why) as string }]);
  });
});
