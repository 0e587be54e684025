import { expect, test } from 'vitest';
import { countsOfCeph } from './counts.ts';

test.each([
  ['health.status', true], ['health.checks.PG_DEGRADED.summary.message', true], ['health.checks.OSD_DOWN.detail[0].message', true], ['quorum_names', true],
  ['osdmap.num_up_osds', true], ['osdmap.osdmap.num_up_osds', true], ['pgmap.pgs_by_state[active+clean].count', true], ['pgmap.degraded_objects', true], ['mgrmap.active_name', true],
  ['health.checks.PG_DEGRADED.detail[3].message', false], ['quorum_age', false], ['osdmap.epoch', false], ['pgmap.read_bytes_sec', false], ['pgmap.bytes_used', false], ['servicemap.modified', false],
])('%s counts: %s', (path, counts) => {
  expect(countsOfCeph(path, 'text')).toBe(counts ? 'text' : null);
});
