import { expect, test } from 'vitest';
import { AdapterError } from './adapter-error.ts';

test('reads as sentences: what, what it means, what to do', () => {
  const fault = { message: 'n1 did not answer.', blame: 'cluster', impact: 'Nothing was done.', remedy: 'Start n1.', phase: 'snapshot', target: 'n1' } as const;
  const error = new AdapterError(fault, { cause: 'why' });
  expect([error.name, error.message, error.fault, error.cause]).toEqual(['AdapterError', 'n1 did not answer. Nothing was done. Start n1.', fault, 'why']);
});
