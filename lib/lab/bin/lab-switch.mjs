#!/usr/bin/env node
// Hand of the switch, for the environment file of the lab: lab-switch.mjs connect|disconnect|status <node>.
// Prints `connected` or `disconnected`. It speaks to the switch, not to the node, so it works while the node is cut off.
import { request } from 'node:http';

const [action, node, ...rest] = process.argv.slice(2);
const socketPath = process.env.HA_ACCEPTANCE_LAB_SOCKET;
if (!['connect', 'disconnect', 'status'].includes(action) || node === undefined || rest.length > 0) {
  process.stderr.write('usage: lab-switch.mjs connect|disconnect|status <node>\n');
  process.exit(64);
}
if (socketPath === undefined) {
  process.stderr.write('lab-switch: run it inside the lab: ha-acceptance lab exec -- lab-switch.mjs status n1\n');
  process.exit(64);
}
const call = request({ socketPath, path: `/ports/${encodeURIComponent(node)}/${action}`, method: 'POST', timeout: 30_000 }, (response) => {
  let body = '';
  response.setEncoding('utf8');
  response.on('data', (chunk) => (body += chunk));
  response.on('end', () => {
    const answer = JSON.parse(body);
    if (response.statusCode === 200) process.stdout.write(`${answer.status}\n`);
    else process.stderr.write(`lab-switch: ${answer.error}\n`);
    process.exitCode = response.statusCode === 200 ? 0 : 1;
  });
});
call.on('error', (error) => {
  process.stderr.write(`lab-switch: the lab does not answer (${error.message}). "ha-acceptance lab status" says whether it is up.\n`);
  process.exitCode = 1;
});
call.end();
