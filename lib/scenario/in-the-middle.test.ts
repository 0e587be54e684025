import { expect, test } from 'vitest';
import type { Operation } from '../adapters/hypervisor.ts';
import type { Fault } from '../faults/fault.ts';
import { injectInTheMiddle } from './in-the-middle.ts';
import { Inconclusive } from './outcome.ts';
import type { Scenario } from './scenario.ts';

const fault: Fault = { name: 'node-power', title: 'off', target: { node: 'n1', role: null, disk: null }, undo: { inverse: 'invented', version: 1, data: {}, title: 'on', manual: [] }, apply: async () => undefined, confirmed: async () => true };

interface Case {
  underWay?: Promise<void>;
  /** How the operation ends: never by itself, or before the fault is there. */
  endsEarly?: boolean;
  attempts?: number;
  /** What is begun instead of the operation. */
  begin?: (slow: Operation<string>) => Operation<string>;
}

/** An invented scenario and operation: what is expected, in which order things happen, and whether the operation was given up. */
function bench({ underWay = Promise.resolve(), endsEarly = false, attempts = 1, begin: instead = (slow) => slow }: Case) {
  const order: string[] = [];
  const said: Record<string, boolean | null> = {};
  let clock = 0;
  const scenario = {
    signal: new AbortController().signal,
    now: () => (clock += 1e6),
    mark: (title: string) => order.push(title),
    progress: () => undefined,
    evidence: (title: string) => order.push(title),
    expect: (title: string, ok: boolean | null) => void (said[title] = ok),
    inject: async (_: Fault, { once }: { once: () => Promise<void> }) => {
      await once();
      order.push('command sent');
      const at = (clock += 1e6);
      if (endsEarly) await new Promise((resolve) => setTimeout(resolve, 5));
      return { at, confirmed: { lastBefore: at, firstAfter: (clock += 1e6) } };
    },
  } as unknown as Scenario;
  const begin = async (signal: AbortSignal): Promise<Operation<string>> => {
    order.push('begun');
    const done = endsEarly
      ? underWay.then(() => 'done')
      : new Promise<string>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    done.catch(() => null);
    return instead({ id: 'x', done, underWay, log: () => [] });
  };
  return { order, said, run: async () => injectInTheMiddle(scenario, fault, 'backup', begin, { attempts }) };
}

test('the command is sent when the operation is under way, and giving up ends the following', async () => {
  const { order, said, run } = bench({});
  const { giveUp } = await run();
  await giveUp();
  expect(order).toEqual(['begun', 'the backup is under way', 'command sent', 'Log of the backup']);
  expect(said).toEqual({ 'the fault came in the middle of the backup': true });
});

test('an operation that ended before the fault was there proves nothing', async () => {
  const { said, run } = bench({ endsEarly: true });
  await run();
  expect(said).toEqual({ 'the fault came in the middle of the backup': null });
});

test('an operation that was never met in its middle is inconclusive, nothing is sent, and it is given up', async () => {
  const underWay = Promise.reject(new Error('it was too quick'));
  underWay.catch(() => null);
  const { order, run } = bench({ underWay });
  await expect(run()).rejects.toThrow(Inconclusive);
  expect(order).toEqual(['begun', 'Log of the backup']);
});

test.each([
  ['is met the third time', 3, { begun: 3, sent: 1 }],
  ['is never met in as many attempts as there are', 2, { begun: 2, sent: 0 }],
])('an operation that is too quick is begun again: it %s', async (_, attempts, expected) => {
  let begun = 0;
  const quick: Operation<string> = { id: 'x', done: Promise.resolve('done'), underWay: Promise.reject(new Error('it was too quick')), log: () => [] };
  quick.underWay?.catch(() => null);
  const { order, run } = bench({ attempts, begin: (slow) => (++begun < 3 ? quick : slow) });
  const problem = await run().then(() => null, (error: Error) => error);
  expect({ begun, sent: order.filter((one) => one === 'command sent').length }).toEqual(expected);
  expect(problem?.message ?? 'met').toMatch(expected.sent === 1 ? /^met$/ : /could not be met in its middle, 2 times: it was too quick/);
});

test('an operation that failed is not begun again', async () => {
  const underWay = Promise.reject(new Error('the cluster refuses'));
  underWay.catch(() => null);
  const { order, run } = bench({ attempts: 5, begin: (slow) => ({ ...slow, done: underWay, underWay }) });
  await expect(run()).rejects.toThrow('could not be met in its middle: the cluster refuses');
  expect(order).toEqual(['begun', 'Log of the backup']);
});
