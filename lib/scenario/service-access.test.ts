import { expect, test } from 'vitest';
import type { RunningProbe } from '../probes/probe.ts';
import { probeSpecs } from './probing.ts';
import { createScenario } from './scenario.ts';
import { judgeAccess } from './service-access.ts';
import { answered, blindProbe, expectations, inventedProbe, selectedRow, testBench } from './testing.ts';

test.each<{ what: string; probe: Partial<RunningProbe>; ok: boolean | null }>([
  { what: 'answers', probe: { answered }, ok: true },
  { what: 'does not answer', probe: {}, ok: false },
  { what: 'was not asked, as this machine had no descriptor left,', probe: blindProbe('this machine could not send (EMFILE)'), ok: null },
])('a service that $what is there: $ok', async ({ probe, ok }) => {
  const made = testBench({ environment: { guests: [{ name: 'web', id: 'web', kind: 'vm', address: '192.0.2.80', probes: [{ kind: 'http', url: 'http://192.0.2.80/' }] }] } });
  const probes = new Map(probeSpecs(made.session.environment).map((spec) => [spec.name, inventedProbe(spec, probe)]));
  await judgeAccess(createScenario({ session: made.session, selected: selectedRow('service-access', async () => undefined), signal: made.session.signal, probes, integrity: new Map() }), { answerMs: 1000, watchMs: 1 });
  expect(expectations(made.events())).toEqual({ 'http://192.0.2.80/ is served by web': ok });
  expect(made.events().filter((event) => event.kind === 'window').map(({ measures }) => measures)).toEqual(['service-gap']);
});
