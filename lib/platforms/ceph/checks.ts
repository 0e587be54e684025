import type { CephStatus } from './schema.ts';

/** A health check that takes nothing from data, daemons or service. */
export interface CephWarning {
  /** The check's own name, the same from reading to reading. */
  name: string;
  says: string;
  /** What it follows from by itself. Absent: from nothing that is done to a cluster here. */
  follows?: 'loss-of-disk' | 'any-loss' | 'time';
}

export interface JudgedChecks {
  healthy: boolean;
  /** Client I/O is refused or stuck, whatever the placement groups say. */
  stuck: boolean;
  warnings: CephWarning[];
}

/**
 * Checks about data, daemons and service, after docs.ceph.com/en/latest/rados/operations/health-checks/ and
 * docs.ceph.com/en/latest/cephfs/health-messages/ (REQUEST_*: Ceph 12 to 13). Everything else that Ceph only warns of (a module of the
 * manager, the room of a monitor's file system, groups not scrubbed in time, settings, old versions, crashes) may have been there for
 * months: HEALTH_OK is not demanded.
 */
const lacks = new Set([
  'MON_DOWN', 'MON_CLOCK_SKEW', 'MON_DISK_CRIT', 'MON_NETSPLIT', 'MGR_DOWN',
  'OSD_ORPHAN', 'OSD_FLAGS', 'OSD_SCRUB_ERRORS', 'OSD_SLOW_PING_TIME_BACK', 'OSD_SLOW_PING_TIME_FRONT',
  'PG_AVAILABILITY', 'PG_DEGRADED', 'PG_DAMAGED', 'OBJECT_MISPLACED', 'OBJECT_UNFOUND', 'DEGRADED_STRETCH_MODE',
  'SLOW_OPS', 'REQUEST_SLOW', 'REQUEST_STUCK',
  'MDS_ALL_DOWN', 'MDS_UP_LESS_THAN_MAX', 'MDS_INSUFFICIENT_STANDBY', 'MDS_DAMAGE', 'MDS_READ_ONLY', 'MDS_SLOW_REQUEST', 'MDS_SLOW_METADATA_IO', 'FS_DEGRADED', 'FS_WITH_FAILED_MDS',
]);

/** All OSDs of a host, rack or any other CRUSH type have a check of their own, e.g. OSD_HOST_DOWN. */
const isDown = /^OSD_(?:.+_)?DOWN$/;
/** OSD_FULL, OSD_NEARFULL, OSD_BACKFILLFULL, POOL_NEAR_FULL, PG_BACKFILL_FULL, ...: the copies of a lost disk or node may find no room. */
const lacksRoom = /FULL$/;

/** Flags that keep Ceph from neither noticing a loss nor repairing it nor serving. `noout` and its like do: a row about a disk would go otherwise. */
const harmlessFlags = new Set(['noscrub', 'nodeep-scrub', 'nodeep_scrub', 'notieragent']);
const stoppingFlags = ['full', 'pauserd', 'pausewr'];
const stoppingChecks = ['SLOW_OPS', 'POOL_FULL', 'OSD_FULL'];

type Checks = CephStatus['health']['checks'];

/**
 * What stays behind the loss of a disk: its daemon aborts and the crash is warned of for two weeks; slow requests and stalled reads of a
 * day. And what comes with time on a cluster that nobody touches: the date of the next scrub passes, logs fill a monitor's file system.
 */
const leftovers: Readonly<Record<string, CephWarning['follows']>> = {
  RECENT_CRASH: 'loss-of-disk', PG_NOT_SCRUBBED: 'time', PG_NOT_DEEP_SCRUBBED: 'time', MON_DISK_LOW: 'time',
  BLUESTORE_SLOW_OP_ALERT: 'any-loss', BLOCK_DEVICE_STALLED_READ_ALERT: 'any-loss', DB_DEVICE_STALLED_READ_ALERT: 'any-loss', WAL_DEVICE_STALLED_READ_ALERT: 'any-loss',
};

/** Flags of the OSD map, in the words of its check ("noout,noscrub flag(s) set"); null where it is not worded so. */
const flagsOf = (checks: Checks): string[] | null => /^(\S+) flag\(s\) set/.exec(checks['OSDMAP_FLAGS']?.summary.message ?? '')?.[1]?.split(',') ?? null;

function isLack(name: string, checks: Checks): boolean {
  if (name === 'OSDMAP_FLAGS') return flagsOf(checks)?.every((flag) => harmlessFlags.has(flag)) !== true;
  return lacks.has(name) || isDown.test(name) || lacksRoom.test(name);
}

/**
 * Judges Ceph's health checks. A check about data, daemons or service makes it unhealthy, muted or not: a mute takes the words away, not
 * what they are about. So does HEALTH_ERR, in which Ceph itself leaves muted checks out, for whatever check, known here or not; and a
 * status that names no check. Every other warning is only told. Pure.
 */
export function judgeChecks({ status, checks }: CephStatus['health']): JudgedChecks {
  const names = Object.keys(checks);
  const lacking = names.filter((name) => isLack(name, checks));
  const isNamed = status === 'HEALTH_OK' || (status === 'HEALTH_WARN' && names.length > 0);
  const warnings = Object.entries(checks).flatMap(([name, { summary, muted, severity }]): CephWarning[] => {
    if (lacking.includes(name) || (severity === 'HEALTH_ERR' && !muted)) return [];
    const follows = leftovers[name];
    return [{ name, says: `${summary.message}${muted ? ' (muted)' : ''}`, ...(follows === undefined ? {} : { follows }) }];
  });
  const flags = flagsOf(checks) ?? [];
  return { healthy: isNamed && lacking.length === 0, stuck: stoppingChecks.some((name) => name in checks) || stoppingFlags.some((flag) => flags.includes(flag)), warnings };
}
