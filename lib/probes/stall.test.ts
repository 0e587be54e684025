import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { watchStalls } from './stall.ts';
import type { StallWatch } from './stall.ts';

const now = (): number => Number(process.hrtime.bigint());

/** Lets the loop stand still for 300 ms; what is known of it in a timer that was due meanwhile. */
async function standStill(stalls: StallWatch): Promise<{ fromNs: number; since: number | null }> {
  const fromNs = now();
  const inNextTurn = delay(1).then(() => stalls.stalledSince(now()));
  while (now() - fromNs < 300e6);
  return { fromNs, since: await inNextTurn };
}

test('a loop that stood still is known to have, within the turn that follows, and not afterwards', async () => {
  const stalls = watchStalls();
  let found = { fromNs: 0, since: null as number | null };
  // Where the loop stands still between the watch's tick and the end of that turn, the turn ends before our timer's comes.
  for (let attempt = 0; attempt < 8 && found.since === null; attempt += 1) {
    await delay(103);
    found = await standStill(stalls);
  }
  expect(found.since).not.toBeNull();
  expect(found.since).toBeLessThanOrEqual(found.fromNs);
  const [stall] = stalls.within(found.fromNs, now());
  expect(stall?.fromNs).toBe(found.since);
  expect((stall?.toNs ?? 0) - found.fromNs).toBeGreaterThan(299e6);
  let healed = false;
  for (let waited = 0; waited < 5000 && !healed; waited += 25) {
    await delay(25);
    healed = stalls.stalledSince(now()) === null;
  }
  expect(healed).toBe(true);
  // It is remembered, for attempts that lived through it and for those alone.
  expect(stalls.past().some(({ fromNs, toNs }) => fromNs <= found.fromNs && toNs >= found.fromNs + 299e6)).toBe(true);
  expect(stalls.within(found.fromNs, now()).length).toBeGreaterThan(0);
  expect(stalls.within(stalls.past().at(-1)?.toNs ?? 0, stalls.past().at(-1)?.toNs ?? 0)).toEqual([]);
  stalls.close();
});
