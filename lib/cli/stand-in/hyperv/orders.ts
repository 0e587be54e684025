import type { LivingTimes } from '../../../platforms/hyperv/testing/living-cluster.ts';

/** What the process of the stand-in is told. */
export interface HypervOrders {
  folder: string;
  nodes: { name: string; address: string }[];
  guests: { role: string; name: string; address: string }[];
  /** Where the host is of which the nodes are machines. */
  parent: string;
  hostKey: string;
  /** How the cluster lives; what is absent is as it is by default. */
  times: Partial<LivingTimes>;
  /** How long it takes to move a guest, and to export one, or to back one up by Windows Server Backup, ms. */
  work: { migrationMs?: number; exportMs?: number };
}

/** Firmware UUID of a node, as its host and itself have it. */
export function uuidOf(node: string): string {
  return `4C4C4544-0035-4A10-8051-${Buffer.from(node.padEnd(6, '0').slice(0, 6)).toString('hex').toUpperCase()}`;
}
