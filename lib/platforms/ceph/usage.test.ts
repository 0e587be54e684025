import { expect, test } from 'vitest';
import { readUsage } from './usage.ts';

test('reads how full each disk is, in bytes', () => {
  // Invented, in the shape of "ceph osd df": figures in KiB.
  const text = JSON.stringify({ nodes: [{ id: 0, name: 'osd.0', type: 'osd', kb: 1000, kb_used: 250, utilization: 25 }], stray: [], summary: {} });
  expect(readUsage(text)).toEqual([{ id: 'osd.0', bytes: 1_024_000, used: 256_000 }]);
});

test('refuses another answer', () => {
  expect(() => readUsage('{}')).toThrow('nodes');
});
