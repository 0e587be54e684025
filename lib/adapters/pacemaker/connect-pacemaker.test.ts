import { expect, test } from 'vitest';
import { SshError } from '../../transports/ssh-error.ts';
import { AdapterError } from '../adapter-error.ts';
import { fleetNodes, pacemakerHypervisor, refuseStrangers } from './connect-pacemaker.ts';
import { broken, environment, recordedCluster, scriptedContext, scriptedFleet } from './testing.ts';

const { signal } = new AbortController();

test('a node is reached at its endpoint, with its port, else at its own address', () => {
  expect(fleetNodes({ nodes: environment.nodes, endpoints: [{ node: 'n2', address: 'n2.mgmt.example.org', port: 2222 }, { node: 'n3', address: '198.51.100.3' }] })).toEqual([
    { name: 'n1', address: '192.0.2.10' },
    { name: 'n2', address: 'n2.mgmt.example.org', port: 2222 },
    { name: 'n3', address: '198.51.100.3' },
  ]);
});

test.each(['host-key-changed', 'host-key-revoked', 'host-key-unknown'] as const)('one node with %s refuses the whole cluster although the others answer', async (kind) => {
  const context = scriptedContext((_, command) => recordedCluster('crm-mon-idle.xml')(command) ?? '');
  const stranger = new SshError(kind, 'n2', 'n2 shows SHA256:found, expected SHA256:pinned.');
  const fleet = { ...context.fleet, each: async () => new Map<string, SshError | { code: number; stdout: string; stderr: string; ms: number }>([['n1', { code: 0, stdout: '', stderr: '', ms: 1 }], ['n2', stranger]]) };
  const failure: unknown = await pacemakerHypervisor(environment, fleet, signal).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(AdapterError);
  expect(failure).toMatchObject({ cause: stranger, fault: { blame: 'tool', phase: 'connecting', message: expect.stringContaining('n2 shows SHA256:found') as string, remedy: expect.stringContaining('n2') as string } });
  expect(context.asked).toEqual([]);
});

test('a node that is off is let pass', async () => {
  await expect(refuseStrangers(environment, scriptedFleet(['n1', 'n2'], (host) => (host === 'n1' ? broken : '')), signal)).resolves.toBeUndefined();
});
