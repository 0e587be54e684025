import { afterAll } from 'vitest';
import { openProxmox } from '../../platforms/proxmox/client.ts';
import { acceleratedClock } from '../../platforms/proxmox/testing/clock.ts';
import { startModelCluster } from '../../platforms/proxmox/testing/model/model-cluster.ts';
import { answerCommand, rightClocks } from '../../platforms/proxmox/testing/model/node-commands.ts';
import { recordedIdentity } from '../../platforms/proxmox/testing/recorded.ts';
import { openFleet } from '../../transports/ssh-fleet.ts';
import { serveSsh, testKey } from '../../transports/testing/ssh-server.ts';
import { describeAdapterContract } from '../contract.ts';
import { proxmoxHypervisor } from './connect-proxmox.ts';
import { environment as recorded } from './testing.ts';

/** So much faster do the cluster, and the waits of the adapter, go by. */
const factor = 30;
const closers: (() => Promise<void>)[] = [];

afterAll(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

describeAdapterContract('proxmox, against a model of a cluster', async () => {
  const { signal } = new AbortController();
  // A backup that can be given up in its middle, by the machine's time.
  const cluster = await startModelCluster({ clock: acceleratedClock(factor), answer: rightClocks(factor), work: { backup: 60 } });
  closers.push(() => cluster.close());
  const hostKey = testKey();
  const nodes = await Promise.all([...cluster.world.nodes.keys()].map(async (name) => {
    const server = await serveSsh((command, channel) => void answerCommand(cluster, name, command).then(({ code, stdout, stderr }) => {
      channel.stderr.write(stderr);
      channel.write(stdout);
      channel.exit(code);
      channel.end();
    }), { hostKeys: [hostKey] });
    closers.push(() => server.close());
    return { name, address: '127.0.0.1', port: server.port, knownHosts: server.knownHosts() };
  }));
  const fleet = openFleet(nodes, { user: 'root', port: 22, key: testKey().private, knownHosts: nodes.map(({ knownHosts }) => knownHosts).join('') }, { signal });
  const environment = { ...recorded, identity: recordedIdentity(), endpoints: [...cluster.standIn.target.endpoints], nodes: recorded.nodes.map((node, index) => ({ ...node, disks: [{ id: `osd.${index}`, hand: 'ssh' as const }] })) };
  const hypervisor = await proxmoxHypervisor({ environment, client: openProxmox(cluster.standIn.target, cluster.clock.now), clock: cluster.clock, settings: { backup: { storage: 'shared', mode: 'snapshot' } }, fleet }, signal);
  return { hypervisor, environment };
});
