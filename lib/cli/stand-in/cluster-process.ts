/**
 * The stand-in cluster: three nodes that answer over real ssh what a real cluster was recorded to answer, their BMCs over
 * real TLS, and two guests whose addresses the kernel answers for. Told by JSON in its last argument; ends with its
 * standard input. Files in its folder make it hostile: `says` is told by everything in it that has a voice.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import ssh2 from 'ssh2';
import type { ServerChannel } from 'ssh2';
import { answerRedfish } from '../../lab/bmc/redfish.ts';
import { answer } from './answers.ts';
import type { StandInState } from './answers.ts';

/** What the process is told. */
export interface StandInOrders {
  folder: string;
  nodes: { name: string; address: string; bmc: string }[];
  guests: { name: string; address: string }[];
  hostKey: string;
  certificate: { key: string; cert: string };
  bmc: { user: string; password: string };
}

const orders = JSON.parse(process.argv.at(-1) ?? '') as StandInOrders;
const { folder } = orders;
const state: StandInState = { folder };
const says = (): string => (existsSync(join(folder, 'says')) ? readFileSync(join(folder, 'says'), 'utf8') : '');

function respond(node: string, command: string, channel: ServerChannel): void {
  appendFileSync(join(folder, 'commands'), `${JSON.stringify({ node, command })}\n`);
  const { code, stdout } = answer(node, command, state);
  const voice = says();
  const isLog = /^(?:tail|uname|ceph .*health)/.test(command);
  // A word behind each line of what nobody takes apart, and a line that is longer than any quotation of it.
  channel.stderr.write(voice === '' ? '' : `${'x'.repeat(290)}${voice}\n${'y'.repeat(590)}${voice}\n`);
  channel.write(isLog && voice !== '' ? `${stdout.trimEnd()} ${voice}\n` : stdout);
  channel.exit(voice !== '' && command.startsWith('stonith_admin') ? 1 : code);
  channel.end();
}

for (const { name, address, bmc } of orders.nodes) {
  const voice = says();
  new ssh2.Server({ hostKeys: [orders.hostKey], ...(voice === '' ? {} : { banner: voice }) }, (connection) => {
    connection.on('error', () => undefined);
    connection.on('authentication', (context) => (context.method === 'none' ? context.reject(['publickey']) : context.accept()));
    connection.on('session', (accept) => void accept().on('exec', (acceptExec, _, { command }) => respond(name, command, acceptExec())));
  }).listen(22, address);
  let isOn = true;
  const power = { isOn: () => isOn, reset: async (type: string) => void (isOn = type === 'On') };
  createTlsServer(orders.certificate, (request, response) => {
    const { authorization = '' } = request.headers;
    void text(request).then(async (body) => {
      const told = says();
      if (told !== '' && existsSync(join(folder, 'bmc-refuses'))) {
        const words = `${'z'.repeat(Number(readFileSync(join(folder, 'bmc-refuses'), 'utf8')))}${authorization} ${told}`;
        response.writeHead(500, { 'X-Your-Authorization': encodeURIComponent(authorization) }).end(JSON.stringify({ error: { message: words } }));
        return;
      }
      const { status, headers, body: answered } = await answerRedfish({ method: request.method ?? '', path: request.url ?? '', authorization, body }, name, orders.bmc, power);
      appendFileSync(join(folder, 'bmc-answers'), `${JSON.stringify({ node: name, method: request.method, status })}\n`);
      response.writeHead(status, headers).end(answered);
    });
  }).listen(443, bmc);
}

const began = performance.now();
for (const { name, address } of orders.guests) {
  createServer((_, response) => {
    const sequence = Math.floor((performance.now() - began) / 100);
    response.end(JSON.stringify({ guest: name, boot: `invented-boot ${says()}`, ack: sequence, recovered: 0, errors: 0, state: 'writing' }));
  }).listen(80, address);
}
process.stdin.on('close', () => process.exit(0)).resume();
process.stdout.write('ready\n');
