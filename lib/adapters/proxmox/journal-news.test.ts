import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { spanOf } from '../log-lines.ts';
import { journalAccount, journalNews } from './journal-news.ts';

const nowMs = Date.parse('2026-11-20T19:00:00Z');
const clock = { zoneMinutes: 0, offset: { ms: 0, errorMs: 5 } };
const dated = (text: string) => text.split('\n').map((line) => ({ line, span: spanOf(line, clock, nowMs) }));
const journal = dated(readFileSync(new URL('../../platforms/proxmox/recorded/journal-poweroff.txt', import.meta.url), 'utf8'));
const of = { node: 'pve1', log: 'HA', guestOf: (id: string) => (id === '100' ? 'web' : id) };
const sinceMs = Date.parse('2026-11-20T18:15:10Z');

test('the recorded journal of a node that lost its power tells the fencing, and nothing else as bad news', () => {
  expect(journalNews(journal, of, sinceMs).map(({ kind, about }) => [kind, about])).toEqual([['fencing', 'pve3']]);
  expect(journalNews(journal, of, nowMs)).toEqual([]);
});

test('the recorded journal tells the phases of the recovery, to the second', () => {
  expect(journalAccount(journal, of).map(({ phase, about, earliest }) => [phase, about, earliest.toISOString().slice(11, 19)])).toEqual([
    ['detected', 'pve3', '18:15:55'], ['fenced', 'pve3', '18:17:45'], ['placed', 'web', '18:17:45'], ['running', 'web', '18:17:45'],
  ]);
});

test.each([
  ["pve-ha-crm[1]: service 'vm:100': state changed from 'started' to 'error'", 'action-failed', 'web'],
  ["pve-ha-crm[1]: service 'vm:100' - migration failed (exit code 1)", 'action-failed', 'web'],
  ['watchdog-mux[1]: client watchdog expired - disable watchdog updates', 'fencing', 'pve1'],
  ['pmxcfs[1]: [status] notice: node lost quorum', 'quorum-lost', null],
])('%s', (words, kind, about) => {
  expect(journalNews(dated(`Nov 20 18:20:00 pve1 ${words}`), of, sinceMs)).toMatchObject([{ kind, about }]);
});
