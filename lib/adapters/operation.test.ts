import { expect, test } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import { AdapterError } from './adapter-error.ts';
import { allow, begin, operationLog, within } from './operation.ts';

const forever = (signal: AbortSignal): Promise<void> => sleep(60_000, undefined, { signal });

test('gives the caller its own reason, and tells a deadline as what it is', async () => {
  const given = new AbortController();
  const wish = within(allow({ signal: given.signal }, 1000, 'backup', 'web'), forever);
  given.abort(new Error('given up'));
  await expect(wish).rejects.toThrow('given up');
  const error: unknown = await within(allow({ timeoutMs: 20 }, 1000, 'backup', 'web'), forever).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(AdapterError);
  expect((error as AdapterError).fault).toMatchObject({ blame: 'unknown', phase: 'backup', target: 'web', message: 'The backup of web did not end within 0.02 s.' });
});

test('leaves another error as it is', async () => {
  await expect(within(allow(undefined, 1000, 'backup', 'web'), () => Promise.reject(new RangeError('mine')))).rejects.toThrow(RangeError);
});

test('a failure that nobody awaits yet is kept for who does', async () => {
  const operation = begin('id', allow(undefined, 1000, 'backup', 'web'), async (log) => {
    log.add('begun');
    throw new Error('failed early');
  });
  await sleep(10);
  await expect(operation.done).rejects.toThrow('failed early');
  expect(operation.log()).toEqual([expect.stringMatching(/^\d\.\d\d s begun$/)]);
});

test('does not repeat itself', () => {
  const log = operationLog();
  for (const line of ['a', 'a', 'b', 'a']) log.add(line);
  expect(log.lines().map((line) => line.slice(-1))).toEqual(['a', 'b', 'a']);
});

test('an operation is under way when its work says so, and never was when it ended before', async () => {
  const begun = begin('id', allow(undefined, 1000, 'backup', 'web'), async (_, signal, isUnderWay) => {
    isUnderWay();
    await forever(signal);
  });
  await expect(begun.underWay).resolves.toBeUndefined();
  await expect(begin('quick one', allow(undefined, 1000, 'backup', 'web'), async () => null).underWay).rejects.toThrow('"quick one" ended before it was seen under way');
  await expect(begin('id', allow(undefined, 1000, 'backup', 'web'), async () => Promise.reject(new Error('refused'))).underWay).rejects.toThrow('refused');
  await begun.done.catch(() => null);
});
