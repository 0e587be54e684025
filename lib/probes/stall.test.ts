import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { watchStalls } from './stall.ts';

const now = (): number => Number(process.hrtime.bigint());

test('a loop that stood still is known to have, within the turn that follows, and not afterwards', async () => {
  const stalls = watchStalls();
  await delay(100);
  const fromNs = now();
  // The timer of this turn was due while the loop stood still.
  const inNextTurn = delay(1).then(() => stalls.stalledSince(now()));
  while (now() - fromNs < 300e6);
  const since = await inNextTurn;
  expect(since).not.toBeNull();
  expect(since).toBeLessThanOrEqual(fromNs);
  let healed = false;
  for (let waited = 0; waited < 5000 && !healed; waited += 25) {
    await delay(25);
    healed = stalls.stalledSince(now()) === null;
  }
  expect(healed).toBe(true);
  stalls.close();
});
