import { createHash } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { Environment, Secret } from '../../environment/environment.ts';
import { clusterId, playCluster, type PlayedCluster } from '../../platforms/hyperv/testing/played-cluster.ts';
import type { PlayedServerBackup } from '../../platforms/hyperv/testing/played-server-backup.ts';
import { openFleet } from '../../transports/ssh-fleet.ts';
import { serveSsh, testKey } from '../../transports/testing/ssh-server.ts';
import { windowsNode } from '../../transports/testing/windows-node.ts';
import type { HypervContext } from './context.ts';

export interface ServedCluster {
  cluster: PlayedCluster;
  environment: Environment;
  context: HypervContext;
  /** Stops a node's answers without closing anything. */
  freeze(node: string): void;
  close(): Promise<void>;
}

const secret = (text: string): Secret => ({ reference: 'env:TEST', reveal: () => text });

/** A played cluster of three nodes, each behind an ssh server of its own on loopback, for tests. */
export async function serveCluster(): Promise<ServedCluster> {
  const cluster = playCluster();
  const userKey = testKey();
  const servers = new Map(await Promise.all(cluster.nodes.map(async ({ name }) => [name, await serveSsh(windowsNode((call) => cluster.answer(name, call)), { hostKeys: [testKey()] })] as const)));
  const knownHosts = [...servers.values()].map((server) => server.knownHosts()).join('');
  const environment: Environment = {
    schema: 1, name: 'played', platform: 'hyperv', arm: 'HVCLUSTER', identity: `SHA256:${createHash('sha256').update(clusterId).digest('base64').replace(/=+$/, '')}`, disposable: false,
    endpoints: [...servers].map(([node, { port }]) => ({ node, address: '127.0.0.1', port })), credentials: {}, ssh: { user: 'tester', port: 22, key: secret(userKey.private), knownHosts: secret(knownHosts) },
    nodes: cluster.nodes.map(({ name }) => ({ name, address: '127.0.0.1', disks: [{ id: `${name}-disk1`, hand: 'ssh' as const }] })),
    guests: ['web', 'dns'].map((id, index) => ({ name: `${id}-guest`, id, kind: 'vm', address: `192.0.2.8${index}`, probes: [] })),
    allow: { faults: [], nodes: [], guests: [], maxSimultaneous: 1, windows: [] }, limits: {}, limitFiles: [], policy: { backupWarnings: 'fail', unprotectedGuests: 'refuse' },
    probe: { periodMs: 10, waitMs: 10_000, lateAfterMs: null }, platformOptions: { backup: { directory: String.raw`C:\ClusterStorage\Volume1\ha-acceptance` } }, source: { path: 'environments/played.yaml', document: {} },
  };
  const fleet = openFleet([...servers].map(([name, { port }]) => ({ name, address: '127.0.0.1', port })), { user: 'tester', port: 22, key: userKey.private, knownHosts });
  return {
    cluster,
    environment,
    context: { environment, fleet, preferred: null, machines: new Map(cluster.roles.map(({ name, id }) => [name, id])) },
    freeze: (node) => servers.get(node)?.freeze(),
    close: async () => {
      await fleet.close();
      await Promise.all([...servers.values()].map((server) => server.close()));
    },
  };
}

/** A played cluster for as long as the calling test runs; web runs on hv2, whose Windows Server Backup is the second part. */
export async function serveForTest(): Promise<ServedCluster & { own: PlayedServerBackup }> {
  const served = await serveCluster();
  onTestFinished(async () => served.close());
  return { ...served, own: served.cluster.serverBackup.of('hv2') };
}

/** The scripts of Windows Server Backup that were asked for which change something, in their order. */
export function serverBackupChanges({ cluster }: ServedCluster): string[] {
  return cluster.asked.filter((asked) => /(?:begin|stop|remove)-server/.test(asked));
}
