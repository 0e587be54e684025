/**
 * The stand-in for a Hyper-V failover cluster: its nodes over real ssh, the host of which they are machines, and guests whose addresses the
 * kernel answers for while they run. Told by JSON in its last argument; says that it is ready; ends with its standard input.
 */
import { appendFileSync, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import ssh2 from 'ssh2';
import { scriptNamed } from '../../../platforms/hyperv/scripts.ts';
import { startLivingCluster } from '../../../platforms/hyperv/testing/living-cluster.ts';
import { nameOf } from '../../../platforms/hyperv/testing/played-cluster.ts';
import { dataDiskOf, playParent } from '../../../platforms/hyperv/testing/played-parent.ts';
import { windowsNode, type Played, type PlayedCall } from '../../../transports/testing/windows-node.ts';
import { farAddresses } from '../proxmox/far-addresses.ts';
import { guestRing } from '../proxmox/guest-ring.ts';
import { diskOf } from './environment-file.ts';
import { uuidOf, type HypervOrders } from './orders.ts';
import { spoiltWays } from './spoilt-ways.ts';
import { worldWriter } from './world.ts';

const tickMs = 20;
/** How long a guest is silent when it changes its node while it runs, ms. */
const blackoutMs = 100;

const orders = JSON.parse(process.argv.at(-1) ?? '') as HypervOrders;
const network = farAddresses([...orders.nodes, ...orders.guests].map(({ address }) => address).concat(orders.parent));
const living = startLivingCluster(orders.times);
const { cluster } = living;
Object.assign(cluster, orders.work);
cluster.serverBackup.jobMs = orders.work.exportMs ?? cluster.serverBackup.jobMs;
const ways = spoiltWays(orders.folder);
const machines = orders.nodes.map(({ name }) => ({ name, parent: Object.assign(playParent(name, uuidOf(name)), { biosGuid: `{${uuidOf(name)}}`, loses: ways.loses }) }));
const hasDisk = (node: string): boolean => machines.some(({ name, parent }) => name === node && parent.disks.some(({ path }) => path === dataDiskOf(node)));
const writeWorld = worldWriter(orders.folder, living, hasDisk);

/** The host of the nodes: what it is told reaches the node at once. */
function answerOfParent(call: PlayedCall): Played {
  const found = machines.find(({ name }) => call.parameters['Guest'] === name || call.parameters['Id'] === uuidOf(name));
  if (found === undefined) return { data: { found: 0, machine: null } };
  // A node that shut itself down is off for its host as well.
  found.parent.state = living.hasPower(found.name) ? 'Running' : 'Off';
  const answer = found.parent.answer(call);
  living.power(found.name, found.parent.state === 'Running');
  living.disk(diskOf(found.name), hasDisk(found.name));
  if (call.parameters['Action'] !== undefined) appendFileSync(join(orders.folder, 'told'), `${JSON.stringify(`${found.name}: ${String(call.parameters['Action'])}`)}\n`);
  return answer;
}

const rings = new Map(orders.guests.map(({ role }) => [role, guestRing(role)]));

async function answerOfNode(name: string, call: PlayedCall): Promise<Played> {
  if (ways.isFrozen(name)) return 'hang';
  if (call.script === scriptNamed('read-own-machine').text) return { data: { computer: name.toUpperCase(), uuid: uuidOf(name), serial: '', guests: null } };
  if (call.script === scriptNamed('export-guest').text) {
    const role = cluster.roles.find(({ id }) => id === call.parameters['Id'])?.name ?? '';
    const kept = rings.get(role)?.status(performance.now())?.ack ?? 0;
    cluster.scratch.word = JSON.stringify({ guest: role, boot: `restored-${kept}`, ack: kept, recovered: kept, errors: 0, state: 'writing' });
  }
  return ways.spoil(nameOf(call), call, await cluster.answer(name, call));
}

function serve(address: string, answer: (call: PlayedCall) => Played | Promise<Played>, isUp: () => boolean): void {
  const behave = windowsNode(answer);
  new ssh2.Server({ hostKeys: [orders.hostKey] }, (connection) => {
    connection.on('error', () => undefined);
    (connection as unknown as { setNoDelay(isOn: boolean): void }).setNoDelay(true);
    if (!isUp()) {
      connection.end();
      return;
    }
    connection.on('authentication', (context) => (context.method === 'none' ? context.reject(['publickey']) : context.accept()));
    connection.on('session', (accept) => void accept().on('exec', (acceptExec, _, { command }) => behave(command, acceptExec(), connection)));
  }).listen(22, address);
}

for (const { name, address } of orders.nodes) serve(address, async (call) => answerOfNode(name, call), () => cluster.nodes.some((node) => node.name === name && node.answers));
serve(orders.parent, answerOfParent, () => true);

const guests = orders.guests.map(({ role, address }) => {
  createServer((_, response) => {
    const status = rings.get(role)?.status(performance.now()) ?? null;
    if (status === null) response.destroy();
    else response.end(JSON.stringify(status));
  }).listen(80, address);
  return { role, address, place: null as string | null };
});

/** Brings everything that can be seen of the cluster to what it is: what has power has its address, and a guest answers while it runs. */
async function show(): Promise<void> {
  for (const { name, address } of orders.nodes) {
    living.connect(name, existsSync(join(orders.folder, 'ports', name)));
    await network.set(address, living.hasPower(name) && living.isConnected(name));
  }
  for (const guest of guests) {
    const boot = living.bootOf(guest.role);
    const place = boot === null ? null : (cluster.roles.find(({ name }) => name === guest.role)?.owner ?? null);
    rings.get(guest.role)?.follow(boot, performance.now());
    const before = guest.place;
    guest.place = place;
    if (before !== null && place !== null && before !== place) {
      await network.set(guest.address, false);
      await sleep(blackoutMs);
    }
    await network.set(guest.address, place !== null && living.isConnected(place));
  }
}

writeWorld();
process.stdin.on('close', () => process.exit(0)).resume();
process.stdout.write('ready\n');
for (;;) {
  await show();
  writeWorld();
  await sleep(tickMs);
}
