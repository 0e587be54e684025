import { expect, test } from 'vitest';
import { parseEvents } from './event-lines.ts';
import type { EventBody } from './types.ts';

const scenario = 'live-migration.web.r1';
const note = (message: string): EventBody => ({ kind: 'note', scenario: null, level: 'info', message });
const window: EventBody = { kind: 'window', scenario, probe: 'web.icmp', measures: 'outage', fromNode: 'n1', toNode: 'n2', start: 1, end: 2 };

/** Lines of one writer, numbered from 1. */
function linesOf(bodies: readonly object[]): string[] {
  return bodies.map((body, index) => JSON.stringify({ t: (index + 1) * 10, wall: '2026-11-21T00:00:00.000Z', by: 'aa', n: index + 1, ...body }));
}

function read(lines: readonly string[]): (string | number)[][] {
  return parseEvents(lines.join('\n')).map((event) => (event.kind === 'record-gap' ? ['gap', event.from, event.t, event.lost, event.reason] : [event.kind, event.t]));
}

const without = (body: EventBody, key: string): object => Object.fromEntries(Object.entries(body).filter(([name]) => name !== key));

test.each<[string, object]>([
  ['a window without a start', without(window, 'start')],
  ['a window whose start is a text', { ...window, start: '1' }],
  ['a figure without an upper end', without({ kind: 'measured', scenario, name: 'outage', guest: null, fromNode: null, toNode: null, unit: 'ms', source: 'x', periodMs: null, lo: 1, hi: 2 }, 'hi')],
  ['an expectation with another word than true or false', { kind: 'expectation', scenario, title: 'x', detail: '', ok: 'yes' }],
  ['an event of a scenario that names none', without(window, 'scenario')],
])('%s is a gap, and its number is not missed as well', (_, event) => {
  const { kind } = event as { kind: string };
  expect(read(linesOf([note('one'), event, note('two')]))).toEqual([['note', 10], ['gap', 10, 30, 1, `an event "${kind}" of events.jsonl is not as this kind is written`], ['note', 30]]);
});

test('kinds and keys of a later version are kept, and a row that it does not know', () => {
  const lines = linesOf([{ kind: 'solar-flare', scenario: null }, { ...window, later: 'key' }, { kind: 'scenario-planned', scenario, row: 'storage-migration', guest: 'web', repeat: 1, title: 'x' }]);
  expect(read(lines)).toEqual([['solar-flare', 10], ['window', 20], ['scenario-planned', 30]]);
  expect(parseEvents(lines.join('\n'))[1]).toMatchObject({ later: 'key' });
});

test('a line that stands in it again is damage, and its event counts once', () => {
  const [one = '', two = '', three = ''] = linesOf(['one', 'two', 'three'].map(note));
  const again = 'a line of events.jsonl stands in it again';
  expect(read([one, two, two, three])).toEqual([['note', 10], ['note', 20], ['gap', 20, 30, 0, again], ['note', 30]]);
  expect(read([one, two, three, one, two, three])).toEqual([['note', 10], ['note', 20], ['note', 30], ['gap', 30, 30, 0, again]]);
});

test('lines of an early record, without numbers, are no damage', () => {
  const lines = [note('one'), note('one')].map((body) => JSON.stringify({ t: 1, wall: '2026-11-21T00:00:00.000Z', ...body }));
  expect(read(lines)).toEqual([['note', 1], ['note', 1]]);
});
