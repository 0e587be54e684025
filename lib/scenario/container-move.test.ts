import { expect, test } from 'vitest';
import type { RunningProbe } from '../probes/probe.ts';
import { inventedSnapshot } from '../safety/invented-cluster.ts';
import { moveContainer } from './container-move.ts';
import { probeSpecs } from './probing.ts';
import { createScenario } from './scenario.ts';
import { answered, blindProbe, expectations, inventedProbe, selectedRow, testBench } from './testing.ts';

test.each<{ what: string; probe: Partial<RunningProbe>; ok: boolean | null }>([
  { what: 'answers', probe: { answered }, ok: true },
  { what: 'does not answer', probe: {}, ok: false },
  { what: 'a blind prober did not hear', probe: blindProbe(), ok: null },
])('a container that $what behind its move is back: $ok', async ({ probe, ok }) => {
  const guests = inventedSnapshot().guests.map((guest) => ({ ...guest, kind: 'container' as const, runningOn: ['n3'] }));
  const made = testBench({ snapshot: () => inventedSnapshot({ guests }), environment: { guests: [{ name: 'web', id: 'web', kind: 'container', address: '192.0.2.80', probes: [{ kind: 'icmp' }] }] } });
  const [guest] = made.session.environment.guests;
  if (guest === undefined) throw new Error('the environment has a guest');
  const outcome = { from: 'n2', to: 'n3', totalMs: 10, source: 'a test' };
  const hypervisor = { ...made.session.hypervisor, migrateContainer: async () => ({ id: 'a', done: Promise.resolve(outcome), log: () => [] }) };
  const probes = new Map(probeSpecs(made.session.environment).map((spec) => [spec.name, inventedProbe(spec, probe)]));
  const scenario = createScenario({ session: { ...made.session, hypervisor }, selected: selectedRow('container-migration', async () => undefined), signal: made.session.signal, probes, integrity: new Map() });
  await moveContainer(scenario, guest, { from: 'n2', to: 'n3' }, 1000);
  expect(expectations(made.events())).toEqual({ 'n2 to n3: icmp is answered again': ok, 'n2 to n3: the container runs on n3 alone': true });
});
