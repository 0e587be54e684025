import { z } from 'zod';
import { perlBoolean, perlNumber, perlText } from '../perl.ts';
import { read, write } from '../request.ts';
import type { ProxmoxRead, ProxmoxWrite } from '../request.ts';

export interface NodeStorage {
  name: string;
  type: string;
  content: string[];
  active: boolean;
  shared: boolean;
  availableBytes: number | null;
}

const storages = z
  .array(z.object({ storage: z.string(), type: z.string(), content: z.string().default(''), active: perlBoolean.optional(), enabled: perlBoolean.optional(), shared: perlBoolean.optional(), avail: perlNumber.nullish() }))
  .transform((rows) => rows.map((row): NodeStorage => ({ name: row.storage, type: row.type, content: row.content.split(',').filter((word) => word !== ''), active: (row.active ?? false) && (row.enabled ?? true), shared: row.shared ?? false, availableBytes: row.avail ?? null })));

/** Storages as a node sees them. */
export function nodeStorages(node: string): ProxmoxRead<NodeStorage[]> {
  return read('/nodes/{node}/storage', { node }, storages);
}

/** A backup as the storage lists it: the evidence that one was made. */
export interface ListedBackup {
  volume: string;
  vmid: string;
  /** Seconds since 1970 when it began. */
  createdAt: number;
  bytes: number;
  /** Last verification, Proxmox Backup Server only. */
  verified: 'ok' | 'failed' | null;
  encrypted: boolean;
  /** What its maker wrote beside it. */
  notes: string;
}

const backups = z
  .array(z.object({ volid: z.string(), vmid: perlText.optional(), ctime: perlNumber, size: perlNumber, verification: z.object({ state: z.string() }).optional(), encrypted: z.unknown().optional(), notes: z.string().nullish() }))
  .transform((rows) => rows.map((row): ListedBackup => ({ volume: row.volid, vmid: row.vmid ?? '', createdAt: row.ctime, bytes: row.size, verified: row.verification === undefined ? null : row.verification.state === 'ok' ? 'ok' : 'failed', encrypted: row.encrypted !== undefined && row.encrypted !== 0 && row.encrypted !== '0' && row.encrypted !== '', notes: row.notes ?? '' })));

export function listBackups(node: string, storage: string, vmid: string): ProxmoxRead<ListedBackup[]> {
  return read('/nodes/{node}/storage/{storage}/content', { node, storage }, backups, { content: 'backup', vmid });
}

/** Disks of a guest on a storage, also those that no configuration names any more. */
export function listDisks(node: string, storage: string, vmid: string): ProxmoxRead<string[]> {
  const volumes = z.array(z.object({ volid: z.string(), content: z.string().optional() })).transform((rows) => rows.filter(({ content }) => content === undefined || content === 'images' || content === 'rootdir').map(({ volid }) => volid));
  return read('/nodes/{node}/storage/{storage}/content', { node, storage }, volumes, { vmid });
}

/** The guest's configuration as the archive holds it: its head can be read. */
export function backedUpConfig(node: string, volume: string): ProxmoxRead<string> {
  return read('/nodes/{node}/vzdump/extractconfig', { node }, z.string(), { volume });
}

/** Removes a volume, for example a backup of ours. Answers a UPID, or nothing where it was done at once. */
export function removeVolume(node: string, storage: string, volume: string): ProxmoxWrite<unknown> {
  return write('DELETE', '/nodes/{node}/storage/{storage}/content/{volume}', { node, storage, volume }, z.unknown());
}

export interface BackupOrder {
  vmid: string;
  storage: string;
  mode: 'snapshot' | 'suspend' | 'stop';
  /** Kept beside the archive, and shown in the first line of the task's log. */
  notes?: string;
}

/**
 * Starts a backup. `node` MUST be where the guest runs now: any other node answers 200 with "OK" instead of a UPID and makes
 * no backup. Nothing older is pruned.
 */
export function startBackup(node: string, { vmid, storage, mode, notes }: BackupOrder): ProxmoxWrite<unknown> {
  return write('POST', '/nodes/{node}/vzdump', { node }, z.unknown(), { vmid, storage, mode, compress: 'zstd', remove: false, 'notes-template': notes });
}
