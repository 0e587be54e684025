import type { Work } from './timings.ts';

/** A node: its machine, its place in the membership, and its resource manager. Seconds are the model's. */
export interface NodeModel {
  name: string;
  id: number;
  address: string;
  power: 'on' | 'off' | 'booting';
  linked: boolean;
  /** Since when the operating system runs, or will. */
  upS: number;
  /** A member, as the majority sees it. */
  online: boolean;
  /** Since when the others do not hear it. */
  lostS: number | null;
  /** Since when it is without quorum, alone or with others. */
  inquorateS: number | null;
  joinS: number | null;
  lrm: { state: 'idle' | 'wait_for_agent_lock' | 'active'; seenS: number; lockS: number | null; roundS: number; emptyRounds: number; waitsUntilS: number; results: Map<string, { sid: string; state: string; exit_code: number }> };
  /** A shutdown that was asked for. */
  going: { command: 'shutdown' | 'reboot'; sinceS: number; emptySinceS: number | null } | null;
  maintenance: boolean;
  /** Its resource manager does not get its own lock back at once. */
  slowLock: boolean;
}

export interface GuestModel {
  vmid: string;
  kind: 'vm' | 'container';
  /** Where its configuration lies. */
  node: string;
  process: { node: string; startedS: number; pid: number; boot: string } | null;
  lock: string | null;
  config: Record<string, string>;
  /** What is wanted of HA; null when it is not managed. */
  requested: 'started' | 'stopped' | 'disabled' | 'ignored' | null;
  /** HA takes it to the best node of its rule by itself. */
  failback: boolean;
  /** What stands beside it in the configuration of HA. */
  haComment: string;
  /** It ignores the request to shut down, and is stopped by force after 60 s. */
  deaf: boolean;
}

export interface TaskModel {
  upid: string;
  node: string;
  type: string;
  id: string;
  user: string;
  startS: number;
  endS: number | null;
  status: string | null;
  log: string[];
  dueS: number;
  meanwhile: { dueS: number; act: () => void } | null;
  /** The work; returns how the task ends. */
  finish: () => string;
}

/** What the manager keeps of a service. */
export interface ServiceModel {
  sid: string;
  vmid: string;
  node: string;
  state: 'request_start' | 'started' | 'request_stop' | 'stopped' | 'migrate' | 'relocate' | 'fence' | 'recovery' | 'freeze' | 'error';
  target: string | null;
  uid: string;
  running: boolean;
  /** Where it was before a maintenance moved it. */
  homeNode: string | null;
}

export interface ManagerModel {
  master: string | null;
  masterSeenS: number;
  roundS: number;
  nodes: Map<string, 'online' | 'maintenance' | 'unknown' | 'fence'>;
  lastOnlineS: Map<string, number>;
  services: Map<string, ServiceModel>;
  orders: { sid: string; command: 'migrate' | 'relocate'; target: string }[];
}

export interface BackupModel {
  volid: string;
  vmid: string;
  kind: GuestModel['kind'];
  ctime: number;
  size: number;
  notes: string;
  config: Record<string, string>;
}

export interface OsdModel {
  id: string;
  node: string;
  present: boolean;
  stopped: boolean;
  up: boolean;
  changedS: number;
  isIn: boolean;
  /** Its daemon ended over a disk that was pulled. */
  hasCrashed?: boolean;
}

/** A rule of HA that says where guests may or should be, the highest priority first; with `affinity` one that keeps them together or apart, and names no nodes. */
export interface RuleModel {
  name: string;
  sids: readonly string[];
  nodes: Readonly<Record<string, number>>;
  strict: boolean;
  affinity?: 'positive' | 'negative';
}

/** A pool of ZFS that a node has for itself: one mirror. */
export interface ZpoolModel {
  node: string;
  name: string;
  /** `id`: by which the hands know it. */
  disks: { id: string; device: string; present: boolean; changedS: number }[];
}

/** A cluster as the model has it. Its second 0 is `epochS`. */
export interface World {
  epochS: number;
  nowS: number;
  clusterName: string;
  nodes: Map<string, NodeModel>;
  guests: Map<string, GuestModel>;
  tasks: TaskModel[];
  manager: ManagerModel;
  samples: Map<string, { atS: number; status: string; uptime: number }>;
  backups: Map<string, BackupModel>;
  /** By guest: how many warnings its next backups end with. */
  backupWarnings: Map<string, number>;
  osds: OsdModel[];
  zpools: ZpoolModel[];
  rules: RuleModel[];
  /** Replication jobs as they stand; invented in the documented shape. */
  replications: { id: string; guest: string; source: string; target: string; last_sync: number; next_sync: number; fail_count: number; error?: string }[];
  /** Volumes of guests on storage that each node has for itself: `pve2 local:100/vm-100-disk-0.raw`. */
  replicatedVolumes: Set<string>;
  /** Pools with their comments. */
  pools: Map<string, string>;
  shutdownPolicy: 'conditional' | 'freeze' | 'failover' | 'migrate';
  work: Work;
  /** What a program that the agent runs in a guest prints. */
  programs: (guest: GuestModel) => string;
  /** Names that were given so far. */
  count: number;
}

/** A node that must be there. */
export function nodeOf(world: World, name: string): NodeModel {
  const node = world.nodes.get(name);
  if (node === undefined) throw new Error(`the model has no node ${name}`);
  return node;
}

/** Whether its API and its guests work: the operating system runs. */
export const isUp = (world: World, { power, upS }: NodeModel): boolean => power === 'on' && world.nowS >= upS;

/** Whether it takes part in the cluster's network. */
export const takesPart = (world: World, node: NodeModel): boolean => isUp(world, node) && node.linked;

export const quorate = (world: World): boolean => [...world.nodes.values()].filter(({ online }) => online).length * 2 > world.nodes.size;

/** Names that differ. */
export function nextName(world: World): string {
  return `u${(world.count += 1)}`;
}

export const sidOf = ({ kind, vmid }: GuestModel): string => `${kind === 'vm' ? 'vm' : 'ct'}:${vmid}`;
