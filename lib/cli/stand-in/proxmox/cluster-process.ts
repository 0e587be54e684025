/**
 * The stand-in for a cluster of Proxmox VE: a model of one that lives `factor` times as fast as the machine, its API over real
 * TLS, its nodes over real ssh, their BMCs, and guests whose addresses the kernel answers for while they run. Told by JSON in its
 * last argument; says how it is reached; ends with its standard input.
 */
import { appendFileSync, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import ssh2 from 'ssh2';
import { answerRedfish } from '../../../lab/bmc/redfish.ts';
import { acceleratedClock } from '../../../platforms/proxmox/testing/clock.ts';
import { startModelCluster } from '../../../platforms/proxmox/testing/model/model-cluster.ts';
import { answerCommand, rightClocks } from '../../../platforms/proxmox/testing/model/node-commands.ts';
import { isUp, nodeOf } from '../../../platforms/proxmox/testing/model/world.ts';
import { farAddresses } from './far-addresses.ts';
import { guestRing } from './guest-ring.ts';
import type { ProxmoxOrders, ProxmoxReady } from './orders.ts';

const apiPort = 8006;
const tickMs = 20;
/** How long a guest is silent when it changes its node while it runs, ms. */
const blackoutMs = 100;

const orders = JSON.parse(process.argv.at(-1) ?? '') as ProxmoxOrders;
const { folder, factor } = orders;
const addressOf = (name: string): string => orders.nodes.find((node) => node.name === name)?.address ?? '';
const network = farAddresses([...orders.nodes, ...orders.guests].map(({ address }) => address));
const cluster = await startModelCluster({
  clock: acceleratedClock(factor),
  nodes: orders.nodes.map(({ name }) => name),
  guests: orders.guests.map(({ id, kind, node, name, config }) => ({ vmid: id, kind, node, config: { name, agent: '1', ...config } })),
  listenOn: (node) => ({ address: addressOf(node), port: apiPort }),
  answer: rightClocks,
});
const { world } = cluster;

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
    },
  };
  createTlsServer(orders.certificate, (request, response) => {
    void text(request).then(async (body) => {
      const { status, headers, body: answered } = await answerRedfish({ method: request.method ?? '', path: request.url ?? '', authorization: request.headers.authorization, body }, name, orders.bmc, power);
      response.writeHead(status, headers).end(answered);
    });
  }).listen(443, bmc);
}

const guests = orders.guests.map((guest) => {
  const ring = guestRing(guest.name);
  createServer((_, response) => {
    const status = ring.status(performance.now());
    if (status === null) response.destroy();
    else response.end(JSON.stringify(status));
  }).listen(80, guest.address);
  return { ...guest, ring, place: null as string | null };
});

/** One look at the model: what has power has its address, and a guest that changed its node was silent for a moment. */
async function show(): Promise<void> {
  for (const { name, address } of orders.nodes) {
    const { power, linked } = nodeOf(world, name);
    await network.set(address, power !== 'off' && linked);
  }
  for (const guest of guests) {
    const process = world.guests.get(guest.id)?.process ?? null;
    const host = process === null ? undefined : nodeOf(world, process.node);
    const before = guest.place;
    guest.ring.follow(process?.boot ?? null, performance.now());
    guest.place = process?.node ?? null;
    if (before !== null && guest.place !== null && before !== guest.place) {
      await network.set(guest.address, false);
      await sleep(blackoutMs);
    }
    await network.set(guest.address, host?.linked === true);
  }
  for (const { id } of world.osds) await cluster.disk(id, existsSync(join(folder, 'slots', `osd.${id}`)));
}

process.stdin.on('close', () => process.exit(0)).resume();
const { endpoints, credentials } = cluster.standIn.target;
process.stdout.write(`${JSON.stringify({ endpoints, token: credentials.kind === 'token' ? credentials.token : '' } satisfies ProxmoxReady)}\n`);
for (;;) {
  await cluster.settle();
  await show();
  await sleep(tickMs);
}
