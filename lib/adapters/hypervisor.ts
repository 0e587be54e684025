/** The contract of the hypervisor adapter layer: types and nothing else. Every platform is driven through this door. */
import type { PhaseName } from '../record/types.ts';
import type { BootWord, ContainerMove, ExpectedRecovery, ExpectedRetirement, InstanceEnd, MigrationOutcome, Replica, RestoreOutcome, Unasked } from './outcomes.ts';
import type { StatesOverTime } from './states-over-time.ts';
import type { StorageState } from './storage-state.ts';

/** What a platform may or may not be able to do. A row that needs one that is absent is `not-applicable` and names it. */
export type Capability =
  | 'live-migration' | 'container-migration' | 'node-fencing' | 'redundant-storage' | 'backup' | 'backup-restore' | 'replication'
  | 'cluster-lock' | 'drain'
  /** The storage gives up a disk that is gone and makes its copies anew elsewhere, and the environment file wants that waited for. */
  | 'disk-retirement';

/** The name that the cluster itself reports, and an identity that another cluster cannot have. */
export interface ClusterIdentity {
  name: string;
  /** `SHA256:` and unpadded base64. */
  identity: string;
  /** Where the identity was read from, for people. */
  source: string;
}

export interface NodeState {
  name: string;
  /** Member of the cluster and able to run guests. */
  online: boolean;
  /** The cluster cannot tell whether it is dead and has not fenced it yet. */
  unclean: boolean;
  /** In maintenance or standby. */
  drained: boolean;
  /** `coordinator`: the node that decides for the cluster (Pacemaker's DC, the HA master). */
  role: 'coordinator' | 'worker';
  /**
   * Wall clock of the node minus ours, ms, with half the round trip as error; null when it did not answer. `unsetMs`: minus what
   * ours would be had nobody set it since this process began.
   */
  clockOffset: { ms: number; errorMs: number; unsetMs?: number } | null;
  /** When its kernel started, by its own account of how long it has been running: monotonic ns of ours. Absent: not read. */
  upSince?: { fromNs: number; toNs: number };
}

export interface GuestState {
  name: string;
  kind: 'vm' | 'container';
  /** What the HA manager wants and believes. */
  haManaged: boolean;
  haState: 'started' | 'stopped' | 'starting' | 'stopping' | 'migrating' | 'failed' | 'unmanaged' | 'unknown';
  /** Node that the HA manager assigned it to. */
  assignedTo: string | null;
  /** Nodes on which the hypervisor itself says it runs: exactly one is right, two is a disaster. */
  runningOn: string[];
}

/** What the platform itself has against a fault as things are. */
export interface Caution {
  faults: readonly string[];
  /** The node that it is about; null for any. */
  node: string | null;
  /** The guest that it is about. Absent: any. */
  guest?: string;
  /** The node that the guest is not to be moved to: rows leave that way out, and nothing else is refused for it. Absent: it is about the fault as a whole. */
  to?: string;
  /** Without a full stop. */
  why: string;
  remedy: string;
}

/** One reading of the whole cluster. Parts that could not be read are null and named in `unread`, never guessed. */
export interface Snapshot {
  /** Readings were taken between these moments (ns of CLOCK_MONOTONIC). */
  fromNs: number;
  toNs: number;
  quorate: boolean | null;
  /** `byNode`: the votes that each node has among those present; a node that is not named has none there, or nobody could tell how many. */
  votes: { expected: number; present: number; needed: number; byNode: Readonly<Record<string, number>> } | null;
  nodes: NodeState[];
  guests: GuestState[];
  storage: StorageState[];
  /** Operations under way: migrations, backups, repairs. */
  operations: string[];
  /** Nodes that the cluster reports as fenced, with the wall-clock second of the event; null where the platform keeps no such account. */
  fencings: { node: string; at: string; ok: boolean }[] | null;
  /** Failures that the HA manager remembers and that need clearing, in its own words. */
  failures: string[];
  /** HA configuration that must be the same before and after, one canonical line an item. */
  configuration: string[];
  /** Absent where the platform has nothing of its own to say against faults, and in other scopes than `full`. */
  cautions?: Caution[];
  /** Settings that explain timings. */
  settings: Record<string, string>;
  versions: Record<string, string>;
  unread: { what: string; why: string }[];
  /**
   * Nodes that told their own guests in this reading, members or not. Absent: those that the cluster calls online, without those of
   * `unread`. A node that left the cluster for want of quorum still knows what runs on it.
   */
  toldBy?: readonly string[];
}

/** Which parts to read: `membership` is what a recovery is watched with and must be cheap. */
export type SnapshotScope = 'full' | 'membership' | 'storage';

/** A long operation of the platform. */
export interface Operation<T> {
  /** The platform's own id of it, for people. */
  id: string;
  /** Resolves when the platform says it is done; rejects with an AdapterError when it failed. */
  done: Promise<T>;
  /**
   * Resolves when the platform shows that it is in the middle of it: data is on its way. Rejects when it ended without having been
   * seen so. Absent where a platform cannot tell.
   */
  underWay?: Promise<void>;
  /** The platform's own log so far. */
  log(): string[];
}

export interface BackupOutcome {
  /** Platform's id or path of the archive. */
  archive: string;
  node: string;
  /** The platform's exit status, for example `OK`. */
  status: string;
  warnings: number;
  bytes: number;
  guestDiskBytes: number;
  listed: boolean;
  /** Its data were read back and held; null where nobody could tell. */
  verified: boolean | null;
  verification: string;
  durationMs: number;
}

/** Restored guests. A guest has one at most, beside itself. */
export interface ScratchGuests {
  /** Restores a backup of ours of the guest under another name, on a network where it meets nobody, and starts it. */
  restoreBackup(guest: string, backup: BackupOutcome, options?: CallOptions): Promise<Operation<RestoreOutcome>>;
  /** What the scratch guest answers to a GET of a URL of the original, asked on its own network; null while it does not answer. Absent where nobody ever can ask. */
  ask?(guest: string, url: string, options?: CallOptions): Promise<string | Unasked | null>;
  /** The scratch guest's own word that it has booted, where the platform can hear it; null while there is none. */
  alive?(guest: string, options?: CallOptions): Promise<string | Unasked | null>;
  /** Ends the scratch guest of the guest and removes its disks and network, then reads back that nothing is left; idempotent. */
  removeScratch(guest: string, options?: CallOptions): Promise<void>;
}

/** Options of every call: its deadline and the way to give up. */
export interface CallOptions {
  signal?: AbortSignal;
  timeoutMs?: number;
}

/**
 * A place on the cluster where a small text is kept, used for the lock. Several harnesses may reach for it at the same moment, so it
 * is only ever changed from what it is known to be. Every change is confirmed by reading again.
 */
export interface ClusterNotice {
  read(options?: CallOptions): Promise<string | null>;
  /** Puts a text where there is none. Exclusive: false for everybody but one, and when something else is there already. */
  create(text: string, options?: CallOptions): Promise<boolean>;
  /**
   * Puts another text in the place of exactly this one, or (null) removes it. False when something else is there by now, which is left
   * alone; a text that is to be removed and is gone already counts as removed.
   */
  replace(from: string, to: string | null, options?: CallOptions): Promise<boolean>;
}

/**
 * Bad news: what no healthy cluster logs. `io-error` of a disk or its storage, `out-of-memory`, `fencing` of a node,
 * `fencing-failed`, `split-brain` (a guest that is active twice), `two-coordinators` (parts of the cluster that were apart meet, each with a coordinator), `crash` (segfault, abort, core dump),
 * `assertion`, `quorum-lost`, `action-failed` (the HA manager could not do something to a guest).
 */
export type NewsKind = 'io-error' | 'out-of-memory' | 'fencing' | 'fencing-failed' | 'split-brain' | 'two-coordinators' | 'crash' | 'assertion' | 'quorum-lost' | 'action-failed';

/** A line of a log that is bad news. */
export interface News {
  kind: NewsKind;
  /** The node whose log it stands in. */
  node: string;
  /** The node or guest that it is about, where the line names one. */
  about: string | null;
  log: string;
  line: string;
  /**
   * That it follows by itself where a node is lost: of the node that it stands in the log of, or of any. Absent: it follows from no loss.
   */
  followsLossOf?: 'its-node' | 'any-node';
}

/**
 * What the cluster itself wrote down about the way of a recovery: wall-clock moments of our own clock, between which it happened
 * (the log's own resolution, the node's clock offset and its error taken into account).
 */
export interface AccountEntry {
  phase: PhaseName;
  /** The node or disk that was lost, or the guest that was recovered. */
  about: string;
  earliest: Date;
  latest: Date;
  source: string;
  line: string;
}

/** Something that must be so before the platform can do what the rows ask of it. `ok: null`: it could not be told. */
export interface Prerequisite {
  title: string;
  ok: boolean | null;
  detail: string;
  remedy: string;
}

/** A piece of the cluster's own account. */
export interface Evidence {
  title: string;
  mediaType: string;
  text: string;
  /** Bad news that stands in it; absent where it is not a log. */
  news?: News[];
  account?: AccountEntry[];
  /** Why a log that the node keeps could not be read: nobody can tell what stands in it. */
  unreadable?: string;
}

export interface Hypervisor {
  platform: string;
  capabilities(): ReadonlySet<Capability>;
  /** Why a capability is absent, without a full stop; null, or absent, where there is nothing to say beyond that. */
  whyNot?(capability: Capability): string | null;
  identify(options?: CallOptions): Promise<ClusterIdentity>;
  snapshot(scope: SnapshotScope, options?: CallOptions): Promise<Snapshot>;
  liveMigrate(guest: string, target: string, options?: CallOptions): Promise<Operation<MigrationOutcome>>;
  /** The boot that a running guest is in, asked inside it without running anything there. Never throws for what it cannot learn. Absent where there is no way in. */
  bootOf?(guest: string, options?: CallOptions): Promise<BootWord>;
  /** Moves a running container by stopping it and starting it elsewhere. Absent where the capability `container-migration` always is. */
  migrateContainer?(guest: string, target: string, options?: CallOptions): Promise<Operation<ContainerMove>>;
  /** Takes back what moving a guest left in the cluster's configuration (constraints); idempotent. */
  clearPlacement(guest: string, options?: CallOptions): Promise<void>;
  /** Clears failures that the HA manager remembers for a guest or node after a fault that we injected; idempotent. */
  clearFailures(options?: CallOptions): Promise<void>;
  /**
   * Asks a node for a clean shutdown, as an operator would; its guests are dealt with as the platform's policy has it. Resolves when
   * the request was sent: that it was obeyed is for the power hand to say.
   */
  shutDownNode(node: string, options?: CallOptions): Promise<void>;
  /** Takes a node out of service for maintenance: its guests are moved away and it gets none. Resolves when that is in force; idempotent. */
  drainNode(node: string, options?: CallOptions): Promise<void>;
  /** Takes a drained node back into service, and nothing of it is left in the configuration; idempotent. */
  undrainNode(node: string, options?: CallOptions): Promise<void>;
  /** The replicas of the environment file's guests. Reads only. Absent where the capability `replication` always is. */
  replicas?(options?: CallOptions): Promise<Replica[]>;
  startGuest(guest: string, options?: CallOptions): Promise<Operation<null>>;
  stopGuest(guest: string, options?: CallOptions): Promise<Operation<null>>;
  backUp(guest: string, options?: CallOptions): Promise<Operation<BackupOutcome>>;
  /**
   * Cancels a backup job of ours that still runs on the guest and removes every archive of ours of it, then reads back that
   * none is left; idempotent.
   */
  abandonBackups(guest: string, options?: CallOptions): Promise<void>;
  /**
   * Logs and events of the cluster since a wall-clock moment, for the record, each with the bad news in it and what it says about
   * phases of a recovery.
   */
  evidence(sinceWall: Date, options?: CallOptions): Promise<Evidence[]>;
  /** What the platform said of itself whenever it was read, by whoever. Absent where that is not kept. */
  states?: StatesOverTime;
  /**
   * Whether the ground is right for what the platform is asked to do: fencing of every node, room to repair, ways between the
   * nodes, guests that may be moved, folders that can be written. Reads only.
   */
  prerequisites(options?: CallOptions): Promise<Prerequisite[]>;
  /** Absent where backups cannot be restored beside the original: then the capability `backup-restore` is absent as well. */
  scratch?: ScratchGuests;
  /**
   * When a node's own instance of a guest ended, by that node's own log, where that is the last that it has to tell of the instance since
   * a moment; null while it tells of none. For platforms whose nodes stop their guests themselves and go on running: absent elsewhere.
   */
  instanceEnd?(guest: string, node: string, sinceWall: Date, options?: CallOptions): Promise<InstanceEnd | null>;
  /** Absent where settings do not decide it, or cannot be read. @param options `role`: of the node when it was lost, where it is known */
  expectedRecovery?(guest: string, loss: 'power' | 'network', options?: CallOptions & { role?: string | null }): Promise<ExpectedRecovery>;
  /** When the storage gives up a disk that is gone. Absent where nothing tells it. */
  expectedRetirement?(options?: CallOptions): Promise<ExpectedRetirement>;
  /**
   * Takes a disk back into its former use (`StorageState.uses`) that the storage gave up while we had it out: what was done, or null where
   * there is nothing to do. Absent where a disk that is back is used again by itself.
   */
  readmitDisk?(disk: string, formerUse: string, options?: CallOptions): Promise<string | null>;
  /**
   * Looks after what serves from a disk that was put back past the kernel of its node, and that the platform gave up meanwhile: what was
   * done, or null where there is nothing to do. Absent where it serves again by itself.
   */
  reviveDisk?(node: string, disk: string, options?: CallOptions): Promise<string | null>;
  /** The same by hand: commands. */
  manualDiskRevival?(node: string, disk: string): string[];
  /** Null where the platform has no place for it. */
  notice: ClusterNotice | null;
  close(): Promise<void>;
}
