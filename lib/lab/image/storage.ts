import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { keyring, libvirtCephUser } from '../node/ceph.ts';
import type { StorageFacts } from '../node/files.ts';
import { $ } from '../shell.ts';
import { labGuests, labNodes, poolName } from '../topology.ts';
import { nodeFolder, type WorldContext } from '../world/context.ts';
import type { NodeMachine } from '../world/node-machine.ts';
import { onNode } from '../world/node-shell.ts';
import { readCephStatus } from '../world/health.ts';

const guestDiskMiB = 64;
const healthyWithinMs = 180_000;

/** Facts of the prepared storage, kept beside it. */
export const storageFactsFile = 'facts.json';

async function newKey(machine: NodeMachine): Promise<string> {
  return (await onNode(machine, ['ceph-authtool', '--gen-print-key'])).stdout.trim();
}

function shell(machine: NodeMachine, script: string): Promise<unknown> {
  return onNode(machine, ['bash', '--norc', '-euc', script], { timeoutMs: 120_000 });
}

const pidFile = (service: string): string => `/run/${service}.pid`;

/** Ends a service of a node by the process id that it recorded, and waits until it is gone; nothing where it does not run. */
function end(service: string): string {
  return `if [ -s ${pidFile(service)} ]; then pid=$(cat ${pidFile(service)}); kill "$pid"; while kill -0 "$pid" 2> /dev/null; do sleep 0.1; done; fi`;
}

/** Monitors with cephx from the first moment on: their keyring holds the keys of the monitors, of the administrator and of the manager. */
async function makeMonitors(machines: readonly NodeMachine[], fsid: string, keys: { monitor: string; admin: string; manager: string }): Promise<void> {
  const admin = keyring('client.admin', keys.admin, { mon: 'allow *', osd: 'allow *', mgr: 'allow *' });
  const manager = keyring('mgr.n1', keys.manager, { mon: 'allow profile mgr', osd: 'allow *', mds: 'allow *' });
  const addresses = labNodes.map((node) => `--addv ${node.name} [v2:${node.address}:3300]`).join(' ');
  await Promise.all(machines.map((machine) => shell(machine, `
    mkdir -p /var/lib/ceph/mon/ceph-${machine.node.name} /etc/ceph
    umask 077
    cat > /etc/ceph/ceph.client.admin.keyring <<'KEYRING'\n${admin}KEYRING
    cat > /tmp/mon.keyring <<'KEYRING'\n${keyring('mon.', keys.monitor, { mon: 'allow *' })}${admin}${manager}KEYRING
    monmaptool --create --fsid ${fsid} --set-min-mon-release 16 ${addresses} /tmp/monmap
    ceph-mon --mkfs -i ${machine.node.name} --monmap /tmp/monmap --keyring /tmp/mon.keyring
    setsid ceph-mon -i ${machine.node.name} --pid-file ${pidFile('ceph-mon')} < /dev/null > /dev/null 2>&1`)));
  const [first] = machines;
  if (first !== undefined) await shell(first, `mkdir -p /var/lib/ceph/mgr/ceph-n1; umask 077; cat > /var/lib/ceph/mgr/ceph-n1/keyring <<'KEYRING'\n${manager}KEYRING\nsetsid ceph-mgr -i n1 --pid-file ${pidFile('ceph-mgr')} < /dev/null > /dev/null 2>&1`);
}

async function makeDisk(machine: NodeMachine): Promise<void> {
  const { osd } = machine.node;
  const id = randomUUID();
  const key = await newKey(machine);
  const secrets = JSON.stringify({ cephx_secret: key });
  await shell(machine, `
    folder=/var/lib/ceph/osd/ceph-${osd}
    mkdir -p $folder
    ln -sfn /dev/vdb $folder/block
    umask 077
    cat > $folder/keyring <<'KEYRING'\n${keyring(`osd.${osd}`, key)}KEYRING
    ceph-osd -i ${osd} --mkfs --no-mon-config --osd-uuid ${id} > /dev/null
    echo '${secrets}' | ceph --connect-timeout 60 osd new ${id} ${osd} -i - > /dev/null
    setsid ceph-osd -i ${osd} --pid-file ${pidFile('ceph-osd')} < /dev/null > /dev/null 2>&1`);
}

async function untilHealthy(machine: NodeMachine): Promise<void> {
  const deadline = performance.now() + healthyWithinMs;
  for (;;) {
    const { healthy, detail } = readCephStatus((await onNode(machine, ['ceph', 'status', '--format', 'json'])).stdout);
    if (healthy) return;
    if (performance.now() > deadline) throw new Error(`The storage of the lab did not become healthy while it was prepared: ${detail}.`);
    await sleep(500);
  }
}

/** libvirt asks QEMU what it can do, which takes seconds of processor time, and keeps the answer: so that no start has to ask again. */
async function learnCapabilities(machine: NodeMachine): Promise<void> {
  await shell(machine, `
    libvirtd -d --pid-file ${pidFile('libvirtd')}
    until virsh domcapabilities --virttype qemu --machine q35 > /dev/null 2>&1; do sleep 0.2; done
    ${end('libvirtd')}`);
}

/**
 * Makes the storage on running nodes that have nothing yet (three monitors, a manager, three OSDs, cephx, the pool and the
 * guests' disks), ends it cleanly and keeps it in `target`: a layer and a disk for each node. So that no start has to do it again.
 */
export async function prepareStorage(context: WorldContext, machines: readonly NodeMachine[], fsid: string, target: string): Promise<void> {
  const [first, second] = machines;
  if (first === undefined || second === undefined) throw new Error('The storage needs three nodes.');
  const [monitor = '', admin = '', manager = '', libvirtKey = ''] = await Promise.all([1, 2, 3, 4].map(() => newKey(first)));
  await makeMonitors(machines, fsid, { monitor, admin, manager });
  context.log('storage: monitors');
  await Promise.all(machines.map(makeDisk));
  context.log('storage: disks');
  const caps = `mon 'profile rbd' osd 'profile rbd pool=${poolName}' mgr 'profile rbd pool=${poolName}'`;
  await shell(second, `
    umask 077
    cat > /tmp/libvirt.keyring <<'KEYRING'\n${keyring(libvirtCephUser, libvirtKey)}KEYRING
    ceph auth add ${libvirtCephUser} -i /tmp/libvirt.keyring ${caps}
    ceph osd set-require-min-compat-client luminous
    ceph osd pool create ${poolName} 8 8 replicated
    ceph osd pool application enable ${poolName} rbd
    ${labGuests.map((guest) => `rbd create ${poolName}/${guest.name} --size ${guestDiskMiB}M`).join('\n    ')}`);
  await Promise.all([untilHealthy(second), learnCapabilities(first)]);
  context.log('storage: healthy');
  await Promise.all(machines.map((machine) => shell(machine, `${end('ceph-mgr')}; ${end('ceph-osd')}`)));
  await Promise.all(machines.map((machine) => shell(machine, `${end('ceph-mon')}; rm -rf /var/lib/ceph/crash/*`)));
  for (const { node, reset } of machines) {
    await reset('ForceOff');
    const layer = join(target, node.name);
    mkdirSync(join(layer, 'var/lib'), { recursive: true });
    mkdirSync(join(layer, 'etc/ceph'), { recursive: true });
    await $`cp -a ${nodeFolder(context, node.name)}/upper/var/lib/ceph ${layer}/var/lib/`;
    await $`cp -a ${nodeFolder(context, node.name)}/upper/etc/ceph/ceph.client.admin.keyring ${layer}/etc/ceph/`;
    await $`mkdir -p ${layer}/var/cache && cp -a ${nodeFolder(context, first.node.name)}/upper/var/cache/libvirt ${layer}/var/cache/`;
    await $`cp --sparse=always ${nodeFolder(context, node.name)}/disk ${target}/${node.name}.disk`;
  }
  const facts: StorageFacts = { fsid, libvirtKey };
  writeFileSync(join(target, storageFactsFile), JSON.stringify(facts));
}
