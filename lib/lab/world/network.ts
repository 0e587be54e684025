import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { $ } from '../shell.ts';
import { clientAddress, dnsGuest, labNodes, switchName } from '../topology.ts';
import type { WorldContext } from './context.ts';

/** The switch with the addresses of the client and of the BMCs, in the world's network namespace. */
export async function makeSwitch(): Promise<void> {
  const addresses = [clientAddress, ...labNodes.map((node) => node.bmcAddress)];
  const batch = [
    'link set lo up', `link add ${switchName} address 02:88:00:00:00:fe type bridge forward_delay 0 stp_state 0`, `link set ${switchName} up`,
    ...addresses.map((address) => `address add ${address}/24 dev ${switchName}`),
  ].join('\n');
  await $({ input: `${batch}\n` })`ip -batch -`;
}

const clientScript = `
mount --make-rprivate /
for file in resolv.conf hosts nsswitch.conf; do [ -e /etc/$file ] && mount --bind "$1/$file" "$(readlink -f /etc/$file)"; done
read -r pid _ < /proc/self/stat
echo "$pid" > "$1/pid.new"
mv "$1/pid.new" "$1/pid"
exec sleep infinity
`;

/**
 * Starts the process that holds the mount namespace of the client: the host's files, with name resolution by the dns guest.
 * Must be called while /proc is still the host's. Returns its pid as the host sees it.
 */
export async function startClientAnchor(context: WorldContext): Promise<number> {
  const folder = context.run;
  writeFileSync(join(folder, 'resolv.conf'), `search lab\nnameserver ${dnsGuest.address}\noptions timeout:1 attempts:2\n`);
  writeFileSync(join(folder, 'hosts'), `127.0.0.1 localhost\n${labNodes.map((node) => `${node.address} ${node.name}\n`).join('')}`);
  writeFileSync(join(folder, 'nsswitch.conf'), 'passwd: files\ngroup: files\nhosts: files dns\n');
  const anchor = spawn('unshare', ['--mount', 'bash', '-c', clientScript, 'client', folder], { stdio: ['ignore', 'inherit', 'inherit'] });
  const file = join(folder, 'pid');
  while (!existsSync(file)) {
    if (anchor.exitCode !== null) throw new Error(`The client's namespaces could not be made; see ${context.options.logs}/supervisor.log.`);
    await sleep(5);
  }
  return Number(readFileSync(file, 'utf8'));
}
