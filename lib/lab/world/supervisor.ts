import { mkdirSync, readFileSync, readlinkSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { startBmc } from '../bmc/server.ts';
import { operateDisk, parseDiskPath, type DiskSlot } from '../disk/bay.ts';
import { openLoopDevice } from '../disk/loop-device.ts';
import { storageFactsFile, prepareStorage } from '../image/storage.ts';
import { tryLock } from '../libc.ts';
import { baseFiles, clusterFiles, haclusterIds, sshFiles, writeNodeFiles, type StorageFacts } from '../node/files.ts';
import { identify, type ProcessIdentity } from '../../record/process-identity.ts';
import { $ } from '../shell.ts';
import { bmcUser, labNodes } from '../topology.ts';
import { nodeFolder, type WorldContext } from './context.ts';
import { startControl, type Route } from './control.ts';
import { worldHealth } from './health.ts';
import { clientEnvironment, makeIncarnationSecrets, type IncarnationSecrets } from './incarnation.ts';
import { makeSwitch, startClientAnchor } from './network.ts';
import { nodeMachine, type NodeMachine } from './node-machine.ts';
import type { WorldOptions, WorldRecord } from './options.ts';
import { watchStartup, type Milestone } from './startup.ts';
import { operatePort, parsePortPath } from './switch-port.ts';

/**
 * The supervisor: first process of the world's pid namespace. Everything of the world is its descendant, so however it dies, the
 * kernel ends all of them, and with the last one go the mounts, the network and the loop devices.
 */
const diskBytes = 4 * 1024 ** 3;
const options = JSON.parse(process.argv[2] ?? '') as WorldOptions;
const started = performance.now();
const since = new Date().toISOString();
const milestones: Milestone[] = [];

function log(line: string): void {
  process.stdout.write(`${new Date().toISOString()} ${((performance.now() - started) / 1000).toFixed(2)} ${line}\n`);
}

function reached(name: string): void {
  milestones.push({ name, afterMs: Math.round(performance.now() - started) });
  log(name);
}

/** Ends the world when the starter's end of the lifeline is gone. */
function watchLifeline(): void {
  const lifeline = new Socket({ fd: 3 });
  const end = (): never => {
    log('the lifeline is cut: ending');
    process.exit(0);
  };
  lifeline.on('end', end).on('close', end).on('error', end).resume();
}

function openDisks(context: WorldContext): DiskSlot[] {
  return labNodes.map((node) => {
    const file = join(nodeFolder(context, node.name), 'disk');
    return { id: `osd.${node.osd}`, file, device: openLoopDevice(file, diskBytes) };
  });
}

async function layDisks(context: WorldContext): Promise<void> {
  await Promise.all(labNodes.map(async (node) => {
    const file = join(nodeFolder(context, node.name), 'disk');
    mkdirSync(nodeFolder(context, node.name), { recursive: true });
    if (options.image.storage !== null) await $`cp --sparse=always ${options.image.storage}/${node.name}.disk ${file}`;
    else {
      writeFileSync(file, '');
      truncateSync(file, diskBytes);
    }
  }));
}

function record(clientPid: number, self: ProcessIdentity): void {
  const document: WorldRecord = { ...self, incarnation: options.incarnation, clientPid, socket: options.socket, logs: options.logs, since, lifeline: options.lifeline };
  writeFileSync(`${options.worldFile}.new`, JSON.stringify(document, null, 2), { mode: 0o600 });
  renameSync(`${options.worldFile}.new`, options.worldFile);
}

function routes(machines: readonly NodeMachine[], slots: readonly DiskSlot[], secrets: IncarnationSecrets, state: { wasHealthy: boolean }): Route[] {
  const documents: Record<string, () => Promise<object>> = {
    '/state': async () => ({ incarnation: options.incarnation, since, healthy: state.wasHealthy, milestones }),
    '/health': async () => ({ ...(await worldHealth(machines)), started: state.wasHealthy }),
    '/client': async () => ({ ...clientEnvironment(secrets), HA_ACCEPTANCE_LAB_SOCKET: options.socket, HA_ACCEPTANCE_LAB_INCARNATION: options.incarnation }),
    '/nodes': async () => Object.fromEntries(machines.map((machine) => [machine.node.name, machine.pid()])),
  };
  return [
    (method, path) => (method === 'GET' ? (documents[path]?.() ?? null) : null),
    (method, path) => {
      const request = method === 'POST' ? parseDiskPath(path, slots.map((slot) => slot.id)) : null;
      const slot = slots.find((candidate) => candidate.id === request?.id);
      return request === null || slot === undefined ? null : operateDisk(slot, request.action).then((status) => ({ status }));
    },
    (method, path) => {
      const request = method === 'POST' ? parsePortPath(path, machines.map((machine) => machine.node.name)) : null;
      return request === null ? null : operatePort(request.node, request.action).then((status) => ({ status }));
    },
  ];
}

/** Brings up the whole lab. */
async function startLab(context: WorldContext, clientPid: number, self: ProcessIdentity): Promise<void> {
  const { image, logs } = options;
  if (image.storage === null) throw new Error('The lab needs its prepared storage.');
  const facts = JSON.parse(readFileSync(join(image.storage, storageFactsFile), 'utf8')) as StorageFacts;
  const [secrets] = await Promise.all([makeIncarnationSecrets(image.rootFilesystem, join(context.run, 'scratch')), makeSwitch(), layDisks(context)]);
  const slots = openDisks(context);
  const authorities = readFileSync(join(image.rootFilesystem, 'etc/ssl/certs/ca-certificates.crt'), 'utf8');
  const hacluster = haclusterIds(image.rootFilesystem);
  const machines = labNodes.map((node, index) => {
    const device = slots[index]?.device;
    if (device === undefined) throw new Error(`Node ${node.name} has no disk.`);
    const machine = nodeMachine(context, node, device);
    const files = [...baseFiles(node, facts.fsid, { ceph: true, cluster: true }), ...sshFiles(node, secrets), ...clusterFiles(secrets, facts, image.accelerator, authorities)];
    writeNodeFiles(join(nodeFolder(context, node.name), 'upper'), files, hacluster);
    return machine;
  });
  const state = { wasHealthy: false };
  const credentials = { user: bmcUser, password: secrets.bmcPassword };
  await Promise.all([
    ...machines.map((machine) => startBmc({ name: machine.node.name, address: machine.node.bmcAddress, port: 443, key: secrets.bmcKey, certificate: secrets.bmcCertificate, credentials, power: machine, log })),
    ...machines.map((machine) => machine.reset('On')),
    startControl(options.socket, routes(machines, slots, secrets, state), log),
  ]);
  record(clientPid, self);
  reached('all nodes are powered on');
  log(`logs: ${logs}`);
  await watchStartup(machines, reached);
  state.wasHealthy = true;
}

/** Makes the storage that every later start begins with. */
async function makeStorage(context: WorldContext): Promise<void> {
  const { image, templateTarget } = options;
  if (templateTarget === null) throw new Error('No folder was named for the storage.');
  await Promise.all([makeSwitch(), layDisks(context)]);
  const slots = openDisks(context);
  const fsid = options.incarnation;
  const machines = labNodes.map((node, index) => {
    const device = slots[index]?.device;
    if (device === undefined) throw new Error(`Node ${node.name} has no disk.`);
    const machine = nodeMachine(context, node, device);
    writeNodeFiles(join(nodeFolder(context, node.name), 'upper'), baseFiles(node, fsid, { ceph: false, cluster: false }), haclusterIds(image.rootFilesystem));
    return machine;
  });
  await Promise.all(machines.map((machine) => machine.reset('On')));
  await prepareStorage(context, machines, fsid, templateTarget);
}

async function main(): Promise<void> {
  const self = identify(Number(readlinkSync('/proc/self'))); // as the host sees it: /proc is still the host's
  if (self === null) throw new Error('The supervisor cannot see itself in /proc.');
  if (options.lifeline) watchLifeline();
  if (options.cacheLock !== null && tryLock(options.cacheLock, 'shared') === null) throw new Error('The cache of the lab is being built or removed by another process. Try again when it has ended.');
  const run = join(options.logs, 'run');
  mkdirSync(run, { recursive: true });
  await $`mount -t tmpfs -o size=6g,mode=700 lab ${run}`;
  const context: WorldContext = { options, run, log };
  const clientPid = await startClientAnchor(context);
  await $`mount -t proc proc /proc && hostname lab`;
  if (options.mode === 'lab') await startLab(context, clientPid, self);
  else {
    await makeStorage(context);
    process.exit(0);
  }
}

main().catch((error: unknown) => {
  log(`failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  process.exit(1);
});
