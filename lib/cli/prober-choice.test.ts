import { afterEach, expect, test, vi } from 'vitest';
import { noIcmpReason } from '../probes/testing.ts';
import { inventedEnvironment } from '../safety/invented-cluster.ts';
import { proberChoice, proberFindings } from './prober-choice.ts';

afterEach(() => vi.unstubAllEnvs());

const missing = await noIcmpReason('prober-choice.test.ts', null);

test.skipIf(missing !== null)('names the engine that works here, why, and what the others are worth', async () => {
  const [finding] = await proberFindings(inventedEnvironment());
  expect(finding).toMatchObject({ title: 'ICMP probes can be sent over IPv4', ok: true });
  expect(finding?.detail).toMatch(/^icmp-\S+ every \d+ ms: .*(dgram|ping|fping) can/);
  const { engine, reason } = await proberChoice(inventedEnvironment());
  expect(finding?.detail).toContain(engine);
  expect(reason).toMatch(/best of 4|fallback, because/);
});

test('an engine that is asked for and cannot run is a finding with a remedy, and stands in the record', async () => {
  vi.stubEnv('HA_ACCEPTANCE_ICMP_ENGINE', 'fping');
  vi.stubEnv('PATH', '/nonexistent');
  const [finding] = await proberFindings(inventedEnvironment());
  expect(finding).toMatchObject({ ok: false, remedy: 'HA_ACCEPTANCE_ICMP_ENGINE asks for fping: unset it.' });
  expect(finding?.detail).toContain('fping cannot run (there is no fping (Debian package fping))');
  expect(await proberChoice(inventedEnvironment())).toMatchObject({ engine: 'none', reason: expect.stringContaining('the ICMP engine fping cannot run here') as string });
});

test('IPv6 guests have a finding of their own; guests without icmp have none', async () => {
  const environment = inventedEnvironment();
  const [guest] = environment.guests;
  if (guest === undefined) throw new Error('the invented environment has no guest');
  const six = { ...environment, guests: [{ ...guest, address: '2001:db8::80', probes: [{ kind: 'icmp' as const }] }] };
  expect((await proberFindings(six)).map(({ title }) => title)).toEqual(['ICMP probes can be sent over IPv6']);
  const none = { ...environment, guests: [{ ...guest, probes: [{ kind: 'tcp' as const, port: 80 }] }] };
  expect(await proberFindings(none)).toEqual([]);
  expect((await proberChoice(none)).engine).toBe('node');
});
