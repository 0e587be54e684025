#!/usr/bin/env node
// Hand of the disk bay, for the environment file of the lab: lab-disk-bay.mjs remove|insert|replace|status <disk>.
// Prints `present` or `removed`. insert gives the same disk back, replace puts an empty one into the slot.
import { request } from 'node:http';

const [action, disk, ...rest] = process.argv.slice(2);
const socketPath = process.env.HA_ACCEPTANCE_LAB_SOCKET;
if (!['remove', 'insert', 'replace', 'status'].includes(action) || disk === undefined || rest.length > 0) {
  process.stderr.write('usage: lab-disk-bay.mjs remove|insert|replace|status <disk>\n');
  process.exit(64);
}
if (socketPath === undefined) {
  process.stderr.write('lab-disk-bay: run it inside the lab: ha-acceptance lab exec -- lab-disk-bay.mjs status osd.0\n');
  process.exit(64);
}
const call = request({ socketPath, path: `/disks/${encodeURIComponent(disk)}/${action}`, method: 'POST', timeout: 30_000 }, (response) => {
  let body = '';
  response.setEncoding('utf8');
  response.on('data', (chunk) => (body += chunk));
  response.on('end', () => {
    const answer = JSON.parse(body);
    if (response.statusCode === 200) process.stdout.write(`${answer.status}\n`);
    else process.stderr.write(`lab-disk-bay: ${answer.error}\n`);
    process.exitCode = response.statusCode === 200 ? 0 : 1;
  });
});
call.on('error', (error) => {
  process.stderr.write(`lab-disk-bay: the lab does not answer (${error.message}). "ha-acceptance lab status" says whether it is up.\n`);
  process.exitCode = 1;
});
call.end();
