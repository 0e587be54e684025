import { expect, test } from 'vitest';
import type { GuestConfig } from '../environment/environment.ts';
import { inventedEnvironment } from '../safety/invented-cluster.ts';
import { probeOf, probeSpecs, startProbing } from './probing.ts';
import { inventedProbe, testBench } from './testing.ts';

function guest(name: string, probes: GuestConfig['probes']): GuestConfig {
  return { name, id: name, kind: 'vm', address: '192.0.2.80', probes };
}

const guests = [guest('Web', [{ kind: 'icmp' }, { kind: 'http' }, { kind: 'http', url: 'http://192.0.2.80/status' }]), guest('web', [{ kind: 'icmp' }])];

test('probes of one kind, and guests whose names are alike, have names of their own', () => {
  expect(probeSpecs(inventedEnvironment({ guests })).map(({ name }) => name)).toEqual(['web.icmp', 'web.http', 'web.http-2', 'web-2.icmp']);
});

test('a probe is found by its guest, however it is named', () => {
  const probes = new Map(probeSpecs(inventedEnvironment({ guests })).map((spec) => [spec.name, inventedProbe(spec)]));
  expect(probeOf(probes, 'web', 'icmp')?.spec.name).toBe('web-2.icmp');
  expect(probeOf(probes, 'web', 'http')).toBeUndefined();
});

test('a service is never asked more often than ten times a second', () => {
  const periods = (periodMs: number): number[] => probeSpecs(inventedEnvironment({ guests, probe: { periodMs, waitMs: 10_000, lateAfterMs: null } })).slice(0, 2).map((spec) => spec.periodMs);
  expect(periods(10)).toEqual([10, 100]);
  expect(periods(500)).toEqual([500, 500]);
});

test('probes that were started are stopped when a later one cannot be', async () => {
  const stopped: string[] = [];
  const bench = testBench({
    environment: { guests },
    prober: {
      startProbe: async (spec) => {
        if (spec.name === 'web-2.icmp') throw new Error('no engine can run here');
        return inventedProbe(spec, { stop: async () => void stopped.push(spec.name) });
      },
    },
  });
  await expect(startProbing(bench.session, 'live-migration.web.r1')).rejects.toThrow('no engine can run here');
  expect(stopped).toEqual(['web.icmp', 'web.http', 'web.http-2']);
  expect(bench.events().filter((event) => event.kind === 'probe-stopped')).toHaveLength(3);
});
