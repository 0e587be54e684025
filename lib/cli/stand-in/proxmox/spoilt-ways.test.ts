import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { askedRequests, furnishWays, spoilWay, spoiltWays, undoneWays } from './spoilt-ways.ts';

let target = '';
let off = '';
let carriedOut = 0;

beforeEach(() => {
  target = mkdtempSync(join(tmpdir(), 'spoilt-ways-'));
  mkdirSync(join(target, 'ways'));
  furnishWays(target);
  [off, carriedOut] = ['', 0];
});
afterEach(() => rmSync(target, { recursive: true }));

async function ask(asked: string, endpoint = 'pve1'): Promise<unknown> {
  const way = spoiltWays(target, { forgetTickets: () => undefined, isOff: (node) => node === off });
  return way({ endpoint, asked, ticket: null }, () => {
    carriedOut += 1;
    return { data: 'done' };
  });
}

test('a way is spoilt as often as it is told, for what it names, carried out or not; then it is as before', async () => {
  const says = { status: 596, reason: 'Connection timed out' };
  spoilWay(target, 'lost', { asked: 'POST /nodes/[^/]+/vzdump', endpoint: 'pve1', isCarriedOut: true, says });
  spoilWay(target, 'hung', { asked: 'POST /nodes/pve2/vzdump', behind: 'lost', whileOff: 'pve3', says: null });
  expect([await ask('GET /version'), await ask('POST /nodes/pve2/vzdump', 'pve2'), carriedOut]).toEqual([{ data: 'done' }, { data: 'done' }, 2]);
  expect([await ask('POST /nodes/pve2/vzdump'), carriedOut, undoneWays(target)]).toEqual([says, 3, ['hung']]);
  expect(await ask('POST /nodes/pve2/vzdump')).toEqual({ data: 'done' });
  off = 'pve3';
  expect([await ask('POST /nodes/pve2/vzdump'), carriedOut, undoneWays(target)]).toEqual([null, 4, []]);
  expect(await ask('POST /nodes/pve2/vzdump')).toEqual({ data: 'done' });
  expect(askedRequests(target).map(({ status, spoilt }) => [status, spoilt])).toEqual([[200, null], [200, null], [596, 'lost'], [200, null], [null, 'hung'], [200, null]]);
});
