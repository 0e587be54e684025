import { afterEach, expect, test } from 'vitest';
import type { MoveEvent } from './migration-figures.ts';
import { proofOf, readProof } from './migration-proof.ts';
import { serveCluster, type ServedCluster } from './testing.ts';

// Ids and properties of the events are field reports; machines, moments and figures are invented.

const open: ServedCluster[] = [];
afterEach(async () => {
  for (const served of open.splice(0)) await served.close();
});

const machine = '11111111-2222-3333-4444-555555555555';
const event = (id: number, properties: string[], node = 'hv1'): MoveEvent => ({ id, properties, node, utc: new Date(0), record: '1' });
const of = (events: MoveEvent[], more: Partial<Parameters<typeof proofOf>[1]> = {}) => proofOf(events, { machine, wholeMs: 8000, nodes: ['hv1', 'hv2'], unread: [], ...more });

test('the blackout of this machine is taken, on whichever node it was logged, as exact as it is written', () => {
  expect(of([event(20415, ['other', 'another-id', '9.5']), event(20417, ['web', machine.toUpperCase(), '4.5'], 'hv2')])).toMatchObject({ downtimeMs: 4500, downtimeErrorMs: 100, proof: 'hypervisor', source: expect.stringContaining('on hv2') as string });
});

test('a machine whose id stands in braces is the same', () => {
  expect(of([event(20415, ['web', `{${machine}}`, '0.35'])])).toMatchObject({ downtimeMs: 350, proof: 'hypervisor' });
});

test('a blackout without decimals is whole seconds, as the message of the event calls them', () => {
  expect(of([event(20415, ['web', machine, '2'])])).toMatchObject({ downtimeMs: 2000, downtimeErrorMs: 1000, proof: 'hypervisor' });
});

test.each([['350', 'longer than the whole migration'], ['bientôt', 'no duration']])('a blackout "%s" is shown and not used: %s', (raw, why) => {
  expect(of([event(20415, ['web', machine, raw])])).toMatchObject({ downtimeMs: null, proof: 'manager', source: expect.stringMatching(new RegExp(`"${raw}" .*${why}.* is not used`)) as string, figures: [{ name: 'platform-brownout', hi: null }, { name: 'platform-downtime', hi: null }] });
});

test('without an event of this machine nothing is proven, and both figures are called missing', () => {
  expect(of([event(20418, ['other', 'another-id'])])).toMatchObject({ downtimeMs: null, proof: 'none', failures: [], source: 'no event of the migration on hv1 or hv2', figures: [{ name: 'platform-brownout', hi: null }, { name: 'platform-downtime', hi: null }] });
});

test('a failure that was logged is told beside the success that followed', () => {
  expect(of([event(21024, ['web', machine]), event(20418, ['web', machine])])).toMatchObject({ proof: 'manager', failures: [expect.stringContaining('21024 on hv1')] });
});

test('what the worker process says of brownout and blackout of this machine is shown as it is, and proves nothing', () => {
  const told = of([event(22508, ['web', machine, '812']), event(22509, ['web', machine, '350', '42'], 'hv2'), event(22508, ['other', 'another-id', '1'])]);
  expect(told).toMatchObject({ proof: 'none', downtimeMs: null, notes: ['event 22508 of Hyper-V-Worker-Admin on hv1 (brownout): web, 11111111-2222-3333-4444-555555555555, 812', expect.stringMatching(/^event 22509 of Hyper-V-Worker-Admin on hv2 \(blackout/)] });
});

async function reading(answers: Record<string, unknown>[]): Promise<{ proof: Awaited<ReturnType<typeof readProof>>; reads: number }> {
  const served = await serveCluster();
  open.push(served);
  let reads = 0;
  served.cluster.intercept = (_node, script) => {
    if (script !== 'read-migration-events') return null;
    reads += 1;
    return { data: answers[Math.min(reads, answers.length) - 1] ?? {} };
  };
  return { proof: await readProof(served.context, { name: 'web-guest', role: 'web', machine }, ['hv1'], new Map(), 8000, {}), reads };
}

const blackout = { id: 20415, utc: '2026-11-21T10:00:00Z', record: '7', properties: ['web', machine, '0.35'] };

test('an event that is written a moment after the cluster called the move done is waited for', async () => {
  expect(await reading([{ events: null, unreadable: null }, { events: blackout, unreadable: null }])).toMatchObject({ proof: { proof: 'hypervisor', downtimeMs: 350 }, reads: 2 });
});

test('a log that cannot be read is named, and is not one without events', async () => {
  const { proof } = await reading([{ events: null, unreadable: { log: 'Microsoft-Windows-Hyper-V-VMMS-Admin', why: 'Accès refusé.' } }]);
  expect(proof).toMatchObject({ proof: 'none', source: expect.stringContaining('unread: Microsoft-Windows-Hyper-V-VMMS-Admin of hv1: Accès refusé.') as string });
});
