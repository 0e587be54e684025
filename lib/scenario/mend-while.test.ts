import { expect, test } from 'vitest';
import { mendWhile } from './mend-while.ts';
import type { Scenario } from './scenario.ts';

const scenario = { signal: new AbortController().signal } as Scenario;

test('what comes back is followed while it is mended, and both are waited for', async () => {
  const seen: string[] = [];
  const followed = Promise.withResolvers<undefined>();
  await mendWhile(scenario, async () => {
    await followed.promise;
    seen.push('mended');
  }, async () => {
    seen.push('back');
    followed.resolve(undefined);
  });
  expect(seen).toEqual(['back', 'mended']);
});

test('where mending fails the following is broken off, and the reason is why it failed', async () => {
  let brokenOff = false;
  const following = mendWhile(scenario, async () => {
    throw new Error('the hand did nothing');
  }, async ({ signal }) => {
    await new Promise((resolve) => {
      signal.addEventListener('abort', resolve);
    });
    brokenOff = true;
    throw new Error('aborted');
  });
  await expect(following).rejects.toThrow('the hand did nothing');
  expect(brokenOff).toBe(true);
});

test('where following fails, mending is seen through', async () => {
  let mended = false;
  const failing = Promise.withResolvers<undefined>();
  const following = mendWhile(scenario, async () => {
    await failing.promise;
    mended = true;
  }, async () => {
    failing.resolve(undefined);
    throw new Error('it could not be read');
  });
  await expect(following).rejects.toThrow('it could not be read');
  expect(mended).toBe(true);
});
