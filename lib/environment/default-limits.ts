import type { Limits } from '../record/types.ts';

/**
 * A stop that users of a service take for a hitch, ms. A client whose packet is lost in the first exchange sends it again after 1 s
 * and, lost again, after 2 s more (initial RTO and its doubling, RFC 6298, 2.1 and 5.5), so of a stop below 2 s it sees one delay.
 * What the platforms promise of a live migration is shorter: 100 ms is Proxmox VE's default (migrate_downtime, qm(1)).
 */
const hitchMs = 2000;
/**
 * The longest recovery by itself that the platforms' own defaults explain, ms. Hyper-V removes a silent node after up to 20 s
 * (SameSubnetDelay x SameSubnetThreshold) and leaves its guests where they are for 240 s more (ResiliencyDefaultPeriod); Proxmox VE
 * takes 121 to 181 s to the start of the guest, from the logs of pve-ha-manager. What is left, 100 s, is for the boot.
 */
const recoveryMs = 360_000;
/** A guest's disk driver gives a request up after 30 s (Linux, /sys/block/<disk>/device/timeout), and its file system turns read-only. */
const diskTimeoutMs = 30_000;
/** A resolver waits this long for a name server before it asks again, ms (resolv.conf(5), option timeout). */
const resolverTimeoutMs = 5000;

const failure = { outage: recoveryMs };
const unnoticed = { outage: hitchMs };

/** What is judged where the environment file sets no limit: row -> measurement -> ms. What is not measured in a run is not asked for. */
export const defaultLimits: Limits = {
  'live-migration': unnoticed,
  'maintenance-drain': unnoticed,
  'node-return': unnoticed,
  'container-migration': failure,
  'node-shutdown': failure,
  'node-failure': failure,
  'network-partition': failure,
  'failure-during-migration': failure,
  'failure-during-backup': failure,
  'double-failure': { recovery: recoveryMs },
  'quorum-loss': { recovery: recoveryMs },
  'disk-removal': { outage: hitchMs, 'write-gap': diskTimeoutMs },
  'disk-return': { outage: hitchMs, 'write-gap': diskTimeoutMs },
  backup: { outage: hitchMs, 'write-gap': diskTimeoutMs },
  'service-access': { 'service-gap': resolverTimeoutMs },
};

/** The default limits that probes of this period can judge: none is finer than two periods. */
export function defaultLimitsFor(probePeriodMs: number): Limits {
  const rows = Object.entries(defaultLimits).map(([row, limits]) => [row, Object.fromEntries(Object.entries(limits).map(([name, limit]) => [name, Math.max(limit, 2 * probePeriodMs)]))]);
  return Object.fromEntries(rows) as Limits;
}
