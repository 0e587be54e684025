import { expect, test } from 'vitest';
import { systemClock } from './clock.ts';

test('the clock goes on while it sleeps', async () => {
  const before = systemClock.now();
  await systemClock.sleep(20);
  expect(systemClock.now()).toBeGreaterThan(before);
});

test('a sleep ends with the reason of its signal', async () => {
  await expect(systemClock.sleep(60_000, AbortSignal.abort(new Error('told to')))).rejects.toThrow('told to');
});
