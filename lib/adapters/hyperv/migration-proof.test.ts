import { expect, test } from 'vitest';
import { blackoutMs, proofOf } from './migration-proof.ts';

const machine = '11111111-2222-3333-4444-555555555555';
const event = (id: number, properties: string[], node = 'hv1') => ({ id, properties, node, utc: new Date(0), record: '1' });

test.each([
  ['0.35', 350],
  ['1,25', 1250],
  ['0.8 s', 800],
  ['2', null],
  ['350', null],
  ['', null],
  ['une seconde', null],
])('a blackout written "%s" is %s ms', (text, wanted) => {
  expect(blackoutMs(text)).toBe(wanted);
});

test('the blackout of this machine is taken, on whichever node it was logged', () => {
  expect(proofOf([event(20415, ['other', 'another-id', '9.5']), event(20417, ['web', machine.toUpperCase(), '4.5'], 'hv2')], machine)).toMatchObject({ downtimeMs: 4500, proof: 'hypervisor', source: expect.stringContaining('on hv2') as string });
});

test('a blackout without a unit is shown and not used', () => {
  expect(proofOf([event(20415, ['web', machine, '2'])], machine)).toMatchObject({ downtimeMs: null, proof: 'manager', source: expect.stringContaining('"2" has no unit') as string });
});

test('without an event of this machine nothing is proven', () => {
  expect(proofOf([event(20418, ['other', 'another-id'])], machine)).toMatchObject({ downtimeMs: null, proof: 'none', failures: [] });
});

test('a failure that was logged is told beside the success that followed', () => {
  expect(proofOf([event(21024, ['web', machine]), event(20418, ['web', machine])], machine)).toMatchObject({ proof: 'manager', failures: [expect.stringContaining('21024 on hv1')] });
});

test('what the worker process says of brownout and blackout of this machine is shown as it is, and proves nothing', () => {
  const told = proofOf([event(22508, ['web', machine, '812']), event(22509, ['web', machine, '350', '42'], 'hv2'), event(22508, ['other', 'another-id', '1'])], machine);
  expect(told).toMatchObject({ proof: 'none', downtimeMs: null, notes: ['event 22508 of Hyper-V-Worker-Admin on hv1 (brownout): web, 11111111-2222-3333-4444-555555555555, 812', expect.stringMatching(/^event 22509 of Hyper-V-Worker-Admin on hv2 \(blackout/)] });
});
