import { expect, test } from 'vitest';
import { arrivedLive } from './migration-arrival.ts';

const none = { before: null, after: null };
const same = { before: 'b1', after: 'b1' };
const other = { before: 'b1', after: 'b2' };
const half = { before: 'b1', after: null };

test.each([
  ['hypervisor', none, true], ['hypervisor', other, true], ['manager', same, true], ['none', same, true],
  ['manager', none, null], ['manager', other, null], ['manager', half, null], ['none', none, null],
] as const)('with proof by %s and boots %j it arrived live: %s', (proof, boots, ok) => {
  expect(arrivedLive({ proof, source: 'its source' }, boots)).toEqual({ ok, detail: expect.stringContaining('its source') as string });
});
