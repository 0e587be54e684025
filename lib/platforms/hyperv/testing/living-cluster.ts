import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { playCluster, type PlayedCluster, type PlayedNode, type PlayedRole } from './played-cluster.ts';
import { showStorage } from './played-storage.ts';

/*
 * The played cluster, which goes on by itself: documented is the order of things (a lost node is isolated for the resiliency period, its
 * roles are unmonitored; then it is down and they start elsewhere; a node that shuts down has its roles moved away first; a pool repairs
 * when its disk is back). How long each takes is invented, and much shorter than in a real one.
 */
export interface LivingTimes {
  /** From the loss of a node to its isolation, ms. */
  detectMs: number;
  resiliencyMs: number;
  /** From its order to a guest that runs, and from its power to a node that is a member again. */
  guestBootMs: number;
  nodeBootMs: number;
  repairMs: number;
}

export interface LivingCluster {
  cluster: PlayedCluster;
  hasPower(node: string): boolean;
  power(node: string, isOn: boolean): void;
  /** By its serial number. */
  disk(id: string, isIn: boolean): void;
  /** The boot of a role's machine that runs now; null while none does. */
  bootOf(role: string): string | null;
}

export const livingTimes: LivingTimes = { detectMs: 400, resiliencyMs: 1000, guestBootMs: 600, nodeBootMs: 1200, repairMs: 800 };

/** A cluster of three nodes that lives. Nothing of it outlives the process. */
export function startLivingCluster(times: LivingTimes = livingTimes): LivingCluster {
  const cluster = playCluster();
  const dark = new Set<string>();
  const out = new Set<string>();
  const boots = new Map(cluster.roles.map(({ name }) => [name, randomUUID()]));
  let repairs = 0;
  const wait = async (ms: number): Promise<unknown> => sleep(ms, undefined, { ref: false });
  const nodeOf = (name: string): PlayedNode | undefined => cluster.nodes.find((node) => node.name === name);
  const another = (name: string): PlayedNode | undefined => cluster.nodes.find((node) => node.name !== name && node.state === 'Up' && !dark.has(node.name));

  /** Shows the storage as it is now, and repairs what came back. */
  async function restore(): Promise<void> {
    const round = (repairs += 1);
    const missing = (): boolean => out.size > 0 || dark.size > 0;
    showStorage(cluster.storage, { dark, out, repairing: !missing() });
    if (missing()) return;
    await wait(times.repairMs);
    if (round === repairs && !missing()) showStorage(cluster.storage, { dark, out, repairing: false });
  }

  async function startElsewhere(role: PlayedRole): Promise<void> {
    const place = another(role.owner);
    if (place === undefined) return void Object.assign(role, { state: 'Failed', info: 0n });
    Object.assign(role, { owner: place.name, state: 'Pending', info: 0n, machine: 'Starting' });
    await wait(times.guestBootMs);
    boots.set(role.name, randomUUID());
    Object.assign(role, { state: 'Online', machine: 'Running' });
  }

  async function lose(node: PlayedNode): Promise<void> {
    const lost = cluster.roles.filter(({ owner }) => owner === node.name);
    for (const role of lost) role.machine = 'Off';
    await wait(times.detectMs);
    if (!dark.has(node.name)) return;
    node.info = 1;
    for (const role of lost) role.info = 256n;
    if (cluster.coordinator === node.name) cluster.coordinator = another(node.name)?.name ?? node.name;
    await wait(times.resiliencyMs);
    Object.assign(node, { state: 'Down', info: 0 });
    cluster.losses.push(node.name);
    await Promise.all(lost.map(startElsewhere));
  }

  async function rejoin(node: PlayedNode): Promise<void> {
    await wait(times.nodeBootMs);
    if (dark.has(node.name)) return;
    Object.assign(node, { answers: true, clusterService: true, state: 'Joining', info: 0 });
    await wait(times.nodeBootMs / 5);
    if (!dark.has(node.name)) node.state = 'Up';
    void restore();
  }

  function power(name: string, isOn: boolean): void {
    const node = nodeOf(name);
    if (node === undefined || isOn === !dark.has(name)) return;
    if (isOn) {
      dark.delete(name);
      void rejoin(node);
      return;
    }
    dark.add(name);
    node.answers = false;
    void restore();
    if (node.state === 'Up') void lose(node);
  }

  /** DrainOnShutdown: the roles move while they run, then the node leaves and is off. */
  async function shutDown(node: PlayedNode): Promise<void> {
    for (const role of cluster.roles.filter(({ owner }) => owner === node.name)) {
      role.operational = ['Ok', 'MigratingVirtualMachine'];
      await wait(cluster.migrationMs);
      Object.assign(role, { operational: ['Ok'], owner: another(node.name)?.name ?? node.name });
    }
    if (cluster.coordinator === node.name) cluster.coordinator = another(node.name)?.name ?? node.name;
    node.state = 'Down';
    await wait(times.detectMs);
    power(node.name, false);
  }

  cluster.intercept = (name, script) => {
    if (script !== 'shut-down-node') return null;
    const node = nodeOf(name);
    if (node !== undefined) void shutDown(node);
    return { data: { asked: true }, host: name.toUpperCase() };
  };
  return {
    cluster,
    hasPower: (node) => !dark.has(node),
    power,
    disk: (id, isIn) => {
      if (isIn === !out.has(id)) return;
      if (isIn) out.delete(id);
      else out.add(id);
      void restore();
    },
    bootOf: (name) => {
      const role = cluster.roles.find((one) => one.name === name);
      return role?.machine === 'Running' && !dark.has(role.owner) ? (boots.get(name) ?? null) : null;
    },
  };
}
