import { describe, expect, test } from 'vitest';
import { expectedFailover, failoverSettings } from './expected-failover.ts';

/** Documented defaults of Windows Server 2016, with the level of the blog of its makers. */
const defaults = { sameSubnetDelay: 1000, sameSubnetThreshold: 10, resiliencyLevel: 2, resiliencyPeriod: 240 };

describe('expectedFailover', () => {
  test('a node without power costs its guests the resiliency period, and it is said so', () => {
    const expected = expectedFailover('power-off', defaults, 30_000);
    expect(expected).toMatchObject({ loMs: 249_000, hiMs: 296_000, resiliencyDecides: true });
    expect(expected.terms.join('\n')).toMatch(/240 s in which the node counts as isolated/);
    // Field report: a cluster of two nodes with Windows Server 2022 took five minutes.
    expect(expected.waitMs).toBeGreaterThan(300_000);
  });

  test('without a resiliency period only the heartbeats are waited for', () => {
    const expected = expectedFailover('power-off', { ...defaults, resiliencyPeriod: 0 }, 0);
    expect(expected).toMatchObject({ loMs: 9000, hiMs: 26_000, resiliencyDecides: false });
    expect(expected.terms.join('\n')).toContain('switched off');
  });

  test('at level 1 a node without power gets none, and one that is cut off may get it', () => {
    const level1 = { ...defaults, resiliencyLevel: 1 };
    expect(expectedFailover('power-off', level1, 0)).toMatchObject({ loMs: 9000, hiMs: 26_000, resiliencyDecides: false });
    expect(expectedFailover('cut-off', level1, 0)).toMatchObject({ loMs: 9000, hiMs: 266_000 });
  });

  test('a node that shuts down is not waited for', () => {
    expect(expectedFailover('shutdown', defaults, 20_000)).toMatchObject({ loMs: 0, hiMs: 35_000, resiliencyDecides: false });
  });

  test('what the cluster does not tell is assumed, and named', () => {
    const expected = expectedFailover('power-off', { sameSubnetDelay: null, sameSubnetThreshold: null, resiliencyLevel: null, resiliencyPeriod: null }, 0);
    expect(expected.loMs).toBe(259_000);
    expect(expected.terms.at(-1)).toBe('assumed, because the cluster does not tell it: sameSubnetDelay, sameSubnetThreshold, resiliencyLevel, resiliencyPeriod');
  });
});

test('a role\'s own resiliency period goes before the cluster\'s, and zero is one', () => {
  const cluster = { SameSubnetDelay: 1000, SameSubnetThreshold: 10, ResiliencyLevel: 2, ResiliencyDefaultPeriod: 240 };
  expect(failoverSettings(cluster, null)).toEqual(defaults);
  expect(failoverSettings(cluster, 10).resiliencyPeriod).toBe(10);
  expect(failoverSettings(cluster, 0).resiliencyPeriod).toBe(0);
  expect(failoverSettings({}, null)).toEqual({ sameSubnetDelay: null, sameSubnetThreshold: null, resiliencyLevel: null, resiliencyPeriod: null });
});
