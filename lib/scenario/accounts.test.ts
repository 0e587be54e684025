import { expect, test } from 'vitest';
import type { AccountEntry } from '../adapters/hypervisor.ts';
import type { RingReading } from '../measurement/integrity.ts';
import type { PhaseName, Transition } from '../record/types.ts';
import { recordClusterAccount, recordGuestAccount } from './accounts.ts';

/** Now is 100 s since the anchor and 1000 s since the epoch. */
const now = 100e9;
const wallMs = (): number => 1_000_000;
const injectedAt = 50e9;

function entry(phase: PhaseName, about: string, atMs: number, source = 'log of n1'): AccountEntry {
  return { phase, about, earliest: new Date(atMs), latest: new Date(atMs + 1), source, line: `${about} ${phase}` };
}

function recorded(entries: AccountEntry[]): [PhaseName, Transition, string][] {
  const said: [PhaseName, Transition, string][] = [];
  recordClusterAccount({ now: () => now, account: (phase, transition, source) => void said.push([phase, transition, source]) }, [{ title: 'a log', mediaType: 'text/plain', text: '', account: entries }], { nodes: ['n2'], disks: ['osd.1'], guest: 'web', injectedAt }, wallMs);
  return said;
}

test('the wall clock of the logs becomes our time since the anchor, with its resolution', () => {
  expect(recorded([entry('detected', 'n2', 954_000)])).toEqual([['detected', { lastBefore: 54e9 - 1e6, firstAfter: 54e9 + 2e6 }, 'log of n1']]);
});

test('of several nodes the one that noticed first counts', () => {
  expect(recorded([entry('fenced', 'n2', 957_010, 'log of n3'), entry('fenced', 'n2', 957_000)]).map(([, , source]) => source)).toEqual(['log of n1']);
});

test('the storage tells when it missed a disk that the row took', () => {
  expect(recorded([entry('detected', 'osd.1', 954_000), entry('detected', 'osd.2', 953_000)]).map(([phase, { firstAfter }]) => [phase, firstAfter])).toEqual([['detected', 54e9 + 2e6]]);
});

test('what is about others, or was before the fault, is left out', () => {
  expect(recorded([entry('detected', 'n3', 954_000), entry('running', 'dns', 960_000), entry('running', 'web', 940_000)])).toEqual([]);
});

const reading = (from: number, boot: string): RingReading => ({ from: from * 1e9, to: (from + 0.1) * 1e9, boot, ack: 1, recovered: 7, errors: 0 });

test('the guest tells by its first word in a new boot that it serves', () => {
  const said: unknown[] = [];
  recordGuestAccount({ account: (phase, transition, source) => void said.push([phase, transition, source]) }, 'web', [reading(40, 'a'), reading(51, 'a'), reading(70, 'b'), reading(71, 'b')], injectedAt);
  expect(said).toEqual([['serving', { lastBefore: 51e9, firstAfter: 70.1e9 }, 'web itself, over HTTP']]);
});

test('a guest that goes on in its boot, or was not read before, tells nothing', () => {
  const said: unknown[] = [];
  for (const readings of [[reading(40, 'a'), reading(70, 'a')], [reading(70, 'b')]]) recordGuestAccount({ account: () => void said.push(1) }, 'web', readings, injectedAt);
  expect(said).toEqual([]);
});
