import { expect, test } from 'vitest';
import type { ExpectedRecovery } from '../adapters/outcomes.ts';
import { expectedRecovery } from '../adapters/proxmox/expected-recovery.ts';
import { expectedFailover } from '../platforms/hyperv/expected-failover.ts';
import { tellExpectedRecovery, withoutQuorumWatchMs } from './expected-recovery.ts';

const expected: ExpectedRecovery = { loMs: 249_000, hiMs: 266_000, terms: ['10 heartbeats', '240 s in which it counts as isolated'], longestWait: { ms: 240_000, words: 'the period of 240 s' } };

async function told(answer: ExpectedRecovery | Error | undefined, measured: { lo: number; hi: number }): Promise<{ words: string; texts: string[] }> {
  const texts: string[] = [];
  const hypervisor = answer === undefined ? {} : { expectedRecovery: async () => {
    if (answer instanceof Error) throw answer;
    return answer;
  } };
  const words = await tellExpectedRecovery({ signal: new AbortController().signal, evidence: (_title, _name, _type, text) => void texts.push(text), hypervisor }, 'web', 'power', measured);
  return { words, texts };
}

test('what was expected stands beside what was measured, with what was waited for', async () => {
  const { words, texts } = await told(expected, { lo: 255_000, hi: 256_000 });
  expect(words).toBe('; 249 to 266 s and its own start are expected by the settings of the cluster; most of it is the period of 240 s');
  expect(texts).toEqual([`Recovery of web: 255.0 to 256.0 s${words}\n10 heartbeats\n240 s in which it counts as isolated\n`]);
});

test('a wait that cannot have been waited for is not named', async () => {
  expect((await told(expected, { lo: 20_000, hi: 21_000 })).words).toMatch(/settings of the cluster$/);
  expect((await told({ ...expected, longestWait: null }, { lo: 255_000, hi: 256_000 })).words).toMatch(/settings of the cluster$/);
});

test.each([['could not be asked', new Error('no answer')], ['has no such settings', undefined]])('a cluster that %s leaves nothing', async (_what, answer) => {
  expect(await told(answer, { lo: 1, hi: 2 })).toEqual({ words: '', texts: [] });
});

test('a cluster without quorum is watched for longer than its platform needs to start a guest elsewhere by its defaults', () => {
  expect(withoutQuorumWatchMs('pacemaker')).toBeGreaterThanOrEqual(20_000);
  expect(withoutQuorumWatchMs('proxmox')).toBeGreaterThan(expectedRecovery('worker', 0).hiMs);
  const untold = { sameSubnetDelay: null, sameSubnetThreshold: null, resiliencyLevel: null, resiliencyPeriod: null };
  expect(withoutQuorumWatchMs('hyperv')).toBeGreaterThan(expectedFailover('cut-off', untold, 0).loMs);
  expect(withoutQuorumWatchMs('hyperv', true)).toBe(withoutQuorumWatchMs('pacemaker'));
});
