/**
 * The stand-in for a cluster of Proxmox VE: a model of one that lives `factor` times as fast as the machine, its API over real
 * TLS, its nodes over real ssh, their BMCs, and guests whose addresses the kernel answers for while they run. Told by JSON in its
 * last argument; says how it is reached; ends with its standard input.
 */
import { appendFileSync, existsSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import ssh2 from 'ssh2';
import { answerRedfish } from '../../../lab/bmc/redfish.ts';
import { acceleratedClock } from '../../../platforms/proxmox/testing/clock.ts';
import { startModelCluster } from '../../../platforms/proxmox/testing/model/model-cluster.ts';
import type { ModelCluster } from '../../../platforms/proxmox/testing/model/model-cluster.ts';
import { answerCommand, rightClocks } from '../../../platforms/proxmox/testing/model/node-commands.ts';
import { isUp, nodeOf } from '../../../platforms/proxmox/testing/model/world.ts';
import { farAddresses } from './far-addresses.ts';
import type { ProxmoxOrders, ProxmoxReady } from './orders.ts';
import { playGuests } from './played-guests.ts';
import { playReplication } from './played-replication.ts';
import { spoiltWays } from './spoilt-ways.ts';
import { runsTwice } from './twice.ts';
import { worldWriter } from './world.ts';

const apiPort = 8006;
const tickMs = 20;

const orders = JSON.parse(process.argv.at(-1) ?? '') as ProxmoxOrders;
const { folder, factor } = orders;
const addressOf = (name: string): string => orders.nodes.find((node) => node.name === name)?.address ?? '';
const network = farAddresses([...orders.nodes, ...orders.guests].map(({ address }) => address));
const guests = playGuests(orders.guests, network);
const clocks = rightClocks(factor);
const mutant = orders.twice ? runsTwice() : null;
// Nobody asks before it has started.
const way = spoiltWays(folder, { forgetTickets: () => cluster.standIn.forgetTickets(), isOff: (node) => nodeOf(cluster.world, node).power === 'off' });
const cluster: ModelCluster = await startModelCluster({
  clock: acceleratedClock(factor),
  nodes: orders.nodes.map(({ name }) => name),
  guests: orders.guests.map(({ id, kind, node, name, config }) => ({ vmid: id, kind, node, config: { name, agent: '1', ...config } })),
  listenOn: (node) => ({ address: addressOf(node), port: apiPort }),
  answer: (request, model) => clocks(request, model) ?? mutant?.(request, model) ?? null,
  programs: (guest) => guests.ownPage(guest),
  shutdownPolicy: orders.shutdownPolicy,
  work: orders.work,
  mirrors: orders.mirrors,
  rules: orders.rules,
  ...(orders.hostile ? { way } : {}),
});
const { world } = cluster;
const writeWorld = worldWriter(folder, world);
const synchronise = playReplication(world, orders.replicated);

/** Brings everything that can be seen of the model to what it says: what has power has its address, and a guest answers while it runs. */
async function look(): Promise<void> {
  await cluster.settle();
  for (const { name, address } of orders.nodes) {
    const isLinked = existsSync(join(folder, 'ports', name));
    if (nodeOf(world, name).linked !== isLinked) await cluster.link(name, isLinked);
    const { power, linked } = nodeOf(world, name);
    await network.set(address, power !== 'off' && linked);
  }
  await guests.show(world);
  synchronise(Date.now() / 1000);
  for (const { id } of world.osds) await cluster.disk(id, existsSync(join(folder, 'slots', `osd.${id}`)));
  for (const id of orders.mirrors.flatMap(({ disks }) => disks)) await cluster.disk(id, existsSync(join(folder, 'slots', id)));
}

/** One look after the other, whoever asks for it. */
let last: Promise<void> = Promise.resolve();
async function show(): Promise<void> {
  last = last.then(look);
  return last;
}

for (const { name, address, bmc } of orders.nodes) {
  new ssh2.Server({ hostKeys: [orders.hostKey] }, (connection) => {
    connection.on('error', () => undefined);
    if (!isUp(world, nodeOf(world, name))) {
      connection.end();
      return;
    }
    connection.on('authentication', (context) => (context.method === 'none' ? context.reject(['publickey']) : context.accept()));
    connection.on('session', (accept) => void accept().on('exec', (acceptExec, _, { command }) => {
      const channel = acceptExec();
      appendFileSync(join(folder, 'commands'), `${JSON.stringify({ node: name, command })}\n`);
      void answerCommand(cluster, name, command).then(({ code, stdout, stderr }) => {
        channel.stderr.write(stderr);
        channel.write(stdout);
        channel.exit(code);
        channel.end();
      });
    }));
  }).listen(22, address);
  const power = {
    isOn: () => nodeOf(world, name).power !== 'off',
    reset: async (type: string) => {
      if (type === 'On') await network.set(address, true);
      await cluster.power(name, type === 'On' ? 'on' : 'off');
      // What had power from it is silent by the time that it says so.
      await show();
    },
  };
  createTlsServer(orders.certificate, (request, response) => {
    void text(request).then(async (body) => {
      const { status, headers, body: answered } = await answerRedfish({ method: request.method ?? '', path: request.url ?? '', authorization: request.headers.authorization, body }, name, orders.bmc, power);
      response.writeHead(status, headers).end(answered);
    });
  }).listen(443, bmc);
}

writeWorld();
process.stdin.on('close', () => process.exit(0)).resume();
const { endpoints, credentials } = cluster.standIn.target;
process.stdout.write(`${JSON.stringify({ endpoints, token: credentials.kind === 'token' ? credentials.token : '' } satisfies ProxmoxReady)}\n`);
for (;;) {
  await show();
  writeWorld();
  await sleep(tickMs);
}
