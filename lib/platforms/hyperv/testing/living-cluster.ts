import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { retired } from '../enumerations.ts';
import { playCluster, type PlayedCluster, type PlayedNode, type PlayedRole } from './played-cluster.ts';
import { showStorage, useDisk } from './played-storage.ts';

/*
 * The played cluster, which goes on by itself: documented is the order of things (a lost node is isolated for the resiliency period, its
 * roles are unmonitored and go on where they are, paused where their storage is a block device of the cluster; then it is down and they
 * start elsewhere; a node that shuts down has its roles moved away first; a pool repairs when its disk is back; without quorum the cluster
 * service ends everywhere). Invented are: that a node that is cut off turns its machines off when the period is over, before others start
 * them; that those of a node without quorum are turned off; and how long each takes, which is much shorter than in a real one.
 */
export interface LivingTimes {
  /** From the loss of a node to its isolation, and from the loss of quorum to the end of the cluster service, ms. */
  detectMs: number;
  resiliencyMs: number;
  /** From its order to a guest that runs, and from its power to a node that is a member again. */
  guestBootMs: number;
  nodeBootMs: number;
  repairMs: number;
  /** From the loss of a disk to its retirement, ms. */
  retireMs: number;
}

export interface LivingCluster {
  cluster: PlayedCluster;
  hasPower(node: string): boolean;
  power(node: string, isOn: boolean): void;
  isConnected(node: string): boolean;
  /** The network of a node, and of its guests. */
  connect(node: string, isConnected: boolean): void;
  /** By its serial number. */
  disk(id: string, isIn: boolean): void;
  /** The boot of a role's machine that runs now; null while none does. */
  bootOf(role: string): string | null;
}

export const livingTimes: LivingTimes = { detectMs: 400, resiliencyMs: 1000, guestBootMs: 600, nodeBootMs: 1200, repairMs: 800, retireMs: 60_000 };

/** Hyper-V-Worker-Admin (field reports): a machine was started; was turned off. */
const [started, turnedOff] = [18500, 18502];

/** A cluster of three nodes that lives. Nothing of it outlives the process. */
export function startLivingCluster(given: Partial<LivingTimes> = {}): LivingCluster {
  const times = { ...livingTimes, ...given };
  const cluster = playCluster();
  const dark = new Set<string>();
  const cut = new Set<string>();
  const out = new Set<string>();
  /** Disks whose copies were made anew in the room of others. */
  const remade = new Set<string>();
  /** Nodes whose power went without a shutdown. */
  const unclean = new Set<string>();
  const boots = new Map(cluster.roles.map(({ name }) => [name, randomUUID()]));
  let repairs = 0;
  let isQuorate = true;
  const wait = async (ms: number): Promise<unknown> => sleep(ms, undefined, { ref: false });
  const isGone = (name: string): boolean => dark.has(name) || cut.has(name);
  const nodeOf = (name: string): PlayedNode | undefined => cluster.nodes.find((node) => node.name === name);
  const another = (name: string): PlayedNode | undefined => cluster.nodes.find((node) => node.name !== name && node.state === 'Up' && !isGone(node.name));
  const rolesOf = (node: string): PlayedRole[] => cluster.roles.filter(({ owner }) => owner === node);
  /** Each node has one vote. Whoever starts and is heard by nobody yet has none. */
  const hasMajority = (): boolean => cluster.nodes.filter(({ name, answers }) => answers && !isGone(name)).length * 2 > cluster.nodes.length;
  const log = (role: PlayedRole, id: number): void => void cluster.instances.push({ node: role.owner, machine: role.id, id, utc: new Date().toISOString(), record: String(cluster.instances.length + 1) });

  /** A node writes an event into its log. Ids and what their properties are: documented, or field reports (41); that a loss is logged so by all: invented. */
  const write = (node: string, id: number, properties: string[], provider = 'Microsoft-Windows-FailoverClustering'): void => void cluster.logged.push({ node, log: 'System', provider, id, level: 1, utc: new Date().toISOString(), record: String(cluster.logged.length + 1), properties, message: 'Un événement.' });
  const others = (name: string): string[] => cluster.nodes.filter((node) => node.name !== name && !isGone(node.name)).map((node) => node.name);

  /** Shows the storage as it is now, and repairs what came back. */
  async function restore(): Promise<void> {
    const round = (repairs += 1);
    const unheard = new Set([...dark, ...cut]);
    const missing = (): boolean => out.size > 0 || dark.size > 0 || cut.size > 0;
    showStorage(cluster.storage, { dark: unheard, out, repairing: !missing() });
    if (missing()) return;
    await wait(times.repairMs);
    if (round === repairs && !missing()) showStorage(cluster.storage, { dark: new Set(), out, repairing: false });
  }

  /** Documented: a disk that is lost for too long is retired, and its copies are made anew where there is room. */
  async function retire(id: string): Promise<void> {
    await wait(times.retireMs);
    if (!out.has(id)) return;
    useDisk(cluster.storage, ({ serial }) => serial === id, retired);
    showStorage(cluster.storage, { dark, out, repairing: true });
    await wait(times.repairMs);
    if (!out.has(id)) return;
    remade.add(id);
    showStorage(cluster.storage, { dark, out, repairing: false, remade });
  }

  function turnOff(role: PlayedRole): void {
    if (role.machine === 'Off') return;
    log(role, turnedOff);
    Object.assign(role, { machine: 'Off', operational: ['Ok'] });
  }

  async function start(role: PlayedRole, owner: string): Promise<void> {
    Object.assign(role, { owner, state: 'Pending', info: 0n, machine: 'Starting' });
    await wait(times.guestBootMs);
    if (role.owner !== owner || role.machine !== 'Starting') return;
    log(role, started);
    boots.set(role.name, randomUUID());
    Object.assign(role, { state: 'Online', machine: 'Running' });
  }

  async function startElsewhere(role: PlayedRole): Promise<void> {
    const place = another(role.owner);
    if (place === undefined) Object.assign(role, { state: 'Failed', info: 0n });
    else await start(role, place.name);
  }

  function leaveCoordination(name: string): void {
    if (cluster.coordinator === name) cluster.coordinator = another(name)?.name ?? name;
  }

  /** A member is heard no more: the rest has quorum. */
  async function lose(node: PlayedNode): Promise<void> {
    const lost = rolesOf(node.name);
    if (dark.has(node.name)) for (const role of lost) Object.assign(role, { machine: 'Off', operational: ['Ok'] });
    await wait(times.detectMs);
    // One that has its power again is not heard before it has started.
    if (node.answers || !isQuorate) return;
    node.info = 1;
    for (const other of others(node.name)) {
      write(other, 1673, [node.name.toUpperCase()]);
      write(other, 5120, ['Volume1', 'Cluster Virtual Disk (Volume1)', 'STATUS_CONNECTION_DISCONNECTED(c000020c)']);
    }
    if (cut.has(node.name)) {
      for (const other of cluster.nodes.filter(({ name }) => name !== node.name)) write(node.name, 1135, [other.name.toUpperCase()]);
      write(node.name, 1177, []);
      write(node.name, 5142, ['Volume1', 'Cluster Virtual Disk (Volume1)', '(1460)']);
    }
    for (const role of lost) role.info = 256n;
    if (cut.has(node.name)) for (const role of lost) role.machine = 'PausedCritical';
    leaveCoordination(node.name);
    await wait(times.resiliencyMs);
    if (!isQuorate) return;
    if (!isGone(node.name) && lost.some(({ machine }) => machine === 'PausedCritical')) {
      node.info = 0;
      for (const role of lost) Object.assign(role, { info: 0n, machine: 'Running' });
      return;
    }
    for (const role of lost) turnOff(role);
    if (isGone(node.name)) Object.assign(node, { state: 'Down', info: 0, clusterService: false });
    for (const other of others(node.name)) write(other, 1135, [node.name.toUpperCase()]);
    await Promise.all(lost.map(startElsewhere));
  }

  /** No part has a majority: the cluster service of every node that runs ends. */
  async function loseQuorum(): Promise<void> {
    if (!isQuorate) return;
    isQuorate = false;
    for (const node of cluster.nodes.filter(({ name }) => dark.has(name))) for (const role of rolesOf(node.name)) Object.assign(role, { machine: 'Off', operational: ['Ok'] });
    await wait(times.detectMs);
    for (const node of cluster.nodes.filter(({ name }) => !dark.has(name))) {
      node.clusterService = false;
      cluster.quorumLost.set(node.name, new Date().toISOString());
      write(node.name, 1177, []);
      for (const role of rolesOf(node.name)) turnOff(role);
    }
  }

  /** Enough nodes hear each other again: they form the cluster, and start what ran. */
  async function form(): Promise<void> {
    isQuorate = true;
    for (const node of cluster.nodes) Object.assign(node, node.answers && !isGone(node.name) ? { state: 'Up', info: 0, clusterService: true } : { state: 'Down', info: 0 });
    if (isGone(cluster.coordinator)) leaveCoordination(cluster.coordinator);
    void restore();
    await Promise.all(cluster.roles.map(async (role) => (nodeOf(role.owner)?.state === 'Up' ? start(role, role.owner) : startElsewhere(role))));
  }

  function leave(node: PlayedNode): void {
    node.answers = false;
    void restore();
    if (!hasMajority()) void loseQuorum();
    else if (node.state === 'Up') void lose(node);
  }

  /** A node is back, `inMs` before it is heard. */
  async function rejoin(node: PlayedNode, inMs: number): Promise<void> {
    await wait(inMs);
    if (isGone(node.name)) return;
    if (unclean.delete(node.name)) write(node.name, 41, ['0', '0x0'], 'Microsoft-Windows-Kernel-Power');
    node.answers = true;
    if (!isQuorate) {
      if (hasMajority()) void form();
      return;
    }
    // Heard again before it was given up: it was a member all the time.
    if (node.clusterService && node.state === 'Up') return void restore();
    Object.assign(node, { clusterService: true, state: 'Joining', info: 0 });
    await wait(times.nodeBootMs / 5);
    if (!isGone(node.name)) node.state = 'Up';
    void restore();
  }

  function power(name: string, isOn: boolean): void {
    const node = nodeOf(name);
    if (node === undefined || isOn === !dark.has(name)) return;
    if (isOn) {
      dark.delete(name);
      // What starts is no member yet.
      node.clusterService = false;
      void rejoin(node, times.nodeBootMs);
      return;
    }
    dark.add(name);
    if (node.state !== 'Down') unclean.add(name);
    cluster.serverBackup.of(name).running = null;
    leave(node);
  }

  function connect(name: string, isConnected: boolean): void {
    const node = nodeOf(name);
    if (node === undefined || isConnected === !cut.has(name)) return;
    if (isConnected) {
      cut.delete(name);
      void rejoin(node, 0);
      return;
    }
    cut.add(name);
    leave(node);
  }

  /** DrainOnShutdown: the roles move while they run, then the node leaves and is off. */
  async function shutDown(node: PlayedNode): Promise<void> {
    for (const role of rolesOf(node.name)) {
      role.operational = ['Ok', 'MigratingVirtualMachine'];
      await wait(cluster.migrationMs);
      Object.assign(role, { operational: ['Ok'], owner: another(node.name)?.name ?? node.name });
    }
    leaveCoordination(node.name);
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
    isConnected: (node) => !cut.has(node),
    connect,
    disk: (id, isIn) => {
      if (isIn === !out.has(id)) return;
      if (isIn) out.delete(id);
      else out.add(id);
      remade.delete(id);
      void restore();
      if (!isIn) void retire(id);
    },
    bootOf: (name) => {
      const role = cluster.roles.find((one) => one.name === name);
      return role?.machine === 'Running' && !dark.has(role.owner) ? (boots.get(name) ?? null) : null;
    },
  };
}
