import { describe, expect, test } from 'vitest';
import { judgeChecks } from './checks.ts';
import { statusSchema } from './schema.ts';

type Check = { says?: string; muted?: boolean; severity?: string };

// Invented from the names of Ceph's documentation; `status` as the monitors reckon it: the worst severity that is not muted.
function judged(checks: Record<string, Check>, status?: string) {
  const open = Object.values(checks).filter(({ muted }) => muted !== true);
  const worst = open.some(({ severity }) => severity === 'HEALTH_ERR') ? 'HEALTH_ERR' : open.length > 0 ? 'HEALTH_WARN' : 'HEALTH_OK';
  const said = Object.fromEntries(Object.entries(checks).map(([name, { says = 'in words', muted = false, severity = 'HEALTH_WARN' }]) => [name, { severity, muted, summary: { message: says } }]));
  return judgeChecks(statusSchema.parse({ health: { status: status ?? worst, checks: said }, pgmap: {} }).health);
}

test.each(['OSD_DOWN', 'OSD_HOST_DOWN', 'OSD_ORPHAN', 'MON_DOWN', 'MON_CLOCK_SKEW', 'MGR_DOWN', 'PG_AVAILABILITY', 'PG_DEGRADED', 'PG_DAMAGED', 'PG_BACKFILL_FULL', 'OBJECT_MISPLACED', 'OBJECT_UNFOUND', 'SLOW_OPS', 'OSD_FULL', 'OSD_NEARFULL', 'POOL_FULL', 'POOL_NEAR_FULL', 'POOL_NEARFULL', 'OSD_FLAGS', 'OSD_SCRUB_ERRORS', 'MDS_ALL_DOWN', 'FS_DEGRADED'])('%s is about data, daemons or service: not healthy, muted or not', (name) => {
  expect(judged({ [name]: {} })).toMatchObject({ healthy: false, warnings: [] });
  expect(judged({ [name]: { muted: true } })).toMatchObject({ healthy: false, warnings: [] });
});

test.each(['MGR_MODULE_DEPENDENCY', 'MON_DISK_LOW', 'MON_DISK_BIG', 'AUTH_INSECURE_GLOBAL_ID_RECLAIM_ALLOWED', 'TELEMETRY_CHANGED', 'DEVICE_HEALTH', 'PG_NOT_DEEP_SCRUBBED', 'POOL_APP_NOT_ENABLED', 'OSD_NO_DOWN_OUT_INTERVAL', 'DAEMON_OLD_VERSION', 'A_CHECK_OF_TOMORROW'])('%s is a warning that is told, and no lack', (name) => {
  expect(judged({ [name]: {} })).toMatchObject({ healthy: true, stuck: false, warnings: [{ name, says: 'in words' }] });
});

describe('an error', () => {
  test('of whatever check makes it unhealthy', () => {
    expect(judged({ A_CHECK_OF_TOMORROW: { severity: 'HEALTH_ERR' } })).toMatchObject({ healthy: false, warnings: [] });
  });

  test('that is muted is a warning, and is told as muted', () => {
    expect(judged({ MGR_MODULE_ERROR: { severity: 'HEALTH_ERR', muted: true } })).toMatchObject({ healthy: true, warnings: [{ name: 'MGR_MODULE_ERROR', says: 'in words (muted)' }] });
  });
});

test.each(['HEALTH_WARN', 'HEALTH_ERR', 'HEALTH_OF_TOMORROW', ''])('a status "%s" that names no check is not taken for healthy', (status) => {
  expect(judged({}, status).healthy).toBe(false);
});

test('without any check it is healthy', () => {
  expect(judged({})).toEqual({ healthy: true, stuck: false, warnings: [] });
});

test.each([
  ['noout flag(s) set', { healthy: false, stuck: false }],
  ['noscrub,nodeep-scrub flag(s) set', { healthy: true, stuck: false }],
  ['noscrub,norecover flag(s) set', { healthy: false, stuck: false }],
  ['pauserd,pausewr flag(s) set', { healthy: false, stuck: true }],
  ['words of tomorrow', { healthy: false, stuck: false }],
])('flags: "%s"', (says, expected) => {
  expect(judged({ OSDMAP_FLAGS: { says } })).toMatchObject(expected);
});

test('what a loss leaves behind says so: a crash that of a disk, slow requests of a day any', () => {
  expect(judged({ RECENT_CRASH: {}, BLUESTORE_SLOW_OP_ALERT: {}, POOL_APP_NOT_ENABLED: {}, MON_DISK_LOW: {} }).warnings.map(({ name, follows }) => [name, follows])).toEqual([['RECENT_CRASH', 'loss-of-disk'], ['BLUESTORE_SLOW_OP_ALERT', 'any-loss'], ['POOL_APP_NOT_ENABLED', undefined], ['MON_DISK_LOW', 'time']]);
});
