import type { KnownIssue } from './about.ts';
import type { SettingsProfile } from '../record/settings-profile.ts';
import type { Limits, LimitsOfFile, ProbeKind } from '../record/types.ts';

/** Platforms that an environment file may name. */
export const platformNames = ['proxmox', 'hyperv', 'pacemaker'] as const;
export type PlatformName = (typeof platformNames)[number];

/** A secret that was read through its reference. `reveal` is the only way to the text; printing it shows the reference. */
export interface Secret {
  reference: string;
  reveal(): string;
}

export interface EndpointConfig {
  node: string;
  address: string;
  port?: number;
  fingerprint?: string;
}

/** The way to a machine by ssh. */
export interface SshLogin {
  user: string;
  port: number;
  key: Secret;
  knownHosts: Secret;
}

/** A host of which a node is a guest, reached by ssh; without `ssh` with the login that the nodes have. */
export interface ParentHost {
  host: string;
  guest: string;
  ssh?: SshLogin;
}

/** How a node's power is switched. `fence-agent`: a program of ClusterLabs' fence agents. `parent-...`: the node is a guest there. */
export type PowerHand =
  | { hand: 'redfish'; url: string; credentials: Secret; login?: 'basic' | 'session'; fingerprint?: string; ca?: Secret; system?: string }
  | { hand: 'fence-agent'; agent: string; options: Record<string, string | Secret> }
  | { hand: 'parent-proxmox'; url: string; credentials: Secret; guest: string; fingerprint?: string; ca?: Secret }
  | ({ hand: 'parent-hyperv' } & ParentHost)
  | ({ hand: 'parent-vmware'; system: 'linux' | 'windows'; tools?: string } & ParentHost)
  | { hand: 'command'; off: string[]; on: string[]; status: string[] };

/**
 * How a disk is taken out and put back: by commands (`status` prints `present` or `removed`), by the node's own kernel over ssh, or by
 * detaching it from the node where that is a guest of a Proxmox VE, a Hyper-V host or a VMware Workstation. `zfs`: its place in a pool
 * of the node, as `zpool status` there names it.
 */
export type DiskHand = { id: string; zfs?: { pool: string; device: string } } & (
  | { hand: 'command'; remove: string[]; insert: string[]; status: string[] }
  | { hand: 'ssh'; serial?: string }
  | { hand: 'parent-proxmox'; slot: string; drive: string }
  | { hand: 'parent-hyperv'; path: string }
  | { hand: 'parent-vmware'; slot: string; file: string; serial: string }
);

/** How a node is cut from the network: by commands that reach its switch, not the node (`status` prints `connected` or `disconnected`). */
export interface NetworkHand {
  hand: 'command';
  disconnect: string[];
  connect: string[];
  status: string[];
}

export interface NodeConfig {
  name: string;
  address: string;
  power?: PowerHand;
  /** By what a clean shutdown is asked for. Absent: by the platform. */
  shutdown?: { hand: 'ssh' };
  network?: NetworkHand;
  disks: DiskHand[];
}

export interface GuestProbeConfig {
  kind: ProbeKind;
  url?: string;
  port?: number;
  name?: string;
  expect?: string;
  /** DNS server for the URL's host name: an address, or the name of a guest. */
  resolver?: string;
}

export interface GuestConfig {
  name: string;
  id: string;
  kind: 'vm' | 'container';
  address: string;
  probes: GuestProbeConfig[];
  integrity?: { url: string };
  /** What it is made of, as its owner says. */
  machine?: { image?: string; vcpus?: number; memory?: string; nic?: string; load?: string };
}

/** Who is told how a run ended, and when: at a change of verdict, or always. */
export interface NotifyConfig {
  on: 'change' | 'always';
  webhook?: { url: Secret; authorization?: Secret; secret?: Secret; ca?: Secret };
  mail?: { server: string; credentials?: Secret; ca?: Secret; from: string; to: string[] };
}

/** A validated environment. Durations are milliseconds, references are resolved, file positions are behind us. */
export interface Environment {
  schema: 1;
  name: string;
  platform: PlatformName;
  arm: string;
  identity: string;
  disposable: boolean;
  endpoints: EndpointConfig[];
  credentials: Record<string, Secret>;
  ssh?: SshLogin;
  nodes: NodeConfig[];
  guests: GuestConfig[];
  allow: { faults: string[]; nodes: string[]; guests: string[]; maxSimultaneous: number; windows: string[] };
  /** What judges, of all `limitFiles`. */
  limits: Limits;
  /** Who set which of `limits`: the first that names one. The environment file stands last, behind a file with other limits. */
  limitFiles: LimitsOfFile[];
  policy: { backupWarnings: 'pass' | 'fail'; unprotectedGuests: 'refuse' | 'allow' };
  probe: { periodMs: number; waitMs: number; lateAfterMs: number | null };
  /** Who answers for the cluster, pages that belong to it by name, and what is known and accepted until a day. */
  owner?: string;
  links?: Record<string, string>;
  knownIssues?: KnownIssue[];
  /** Which settings the cluster has: of interest to comparisons only. */
  comparison?: { profile: SettingsProfile };
  /** Commands of the operator's, as words: without a shell. One before that fails keeps us from beginning. */
  hooks?: { beforeRun?: string[]; afterRun?: string[]; beforeFault?: string[]; afterFault?: string[] };
  /** Who is told when the verdict changes. */
  notify?: NotifyConfig;
  /** The key named after the platform, as it stands in the file. */
  platformOptions: Record<string, unknown>;
  /** The file as written (references, never secrets) and its path. */
  source: { path: string; document: Record<string, unknown> };
}
