import { monitorChecks, monitorPart } from './ceph-monitors.ts';
import { nodeOf, takesPart } from './world.ts';
import type { OsdModel, World } from './world.ts';

const objects = 1608;
const placementGroups = 16;
const copies = 3;
/** As recorded in timeline-ceph, s after an OSD's end: its check at once, the map at 8, what is degraded at 15. */
const inMapAfterS = 8;
const degradedAfterS = 15;
/** After its start it is up, and the first samples still say degraded. */
const upAfterS = 4;
const cleanAfterS = 8;
/** mon_osd_down_out_interval. */
const outAfterS = 600;

/** Whether the others hear its daemon: it could run, and its node is connected. */
const able = (world: World, osd: OsdModel): boolean => osd.present && !osd.stopped && takesPart(world, nodeOf(world, osd.node));

export function stepCeph(world: World): void {
  for (const osd of world.osds) {
    // A daemon whose disk is pulled aborts over its first failed write; the crash is warned of for two weeks (mgr/crash/warn_recent_interval).
    osd.hasCrashed ||= !osd.present && osd.up;
    if (osd.up !== able(world, osd)) {
      osd.up = !osd.up;
      osd.changedS = world.nowS;
    }
    if (!osd.up && world.nowS - osd.changedS >= outAfterS) osd.isIn = false;
    if (osd.up && world.nowS - osd.changedS >= upAfterS) osd.isIn = true;
  }
}

/** What the monitors know of an OSD by now. */
function seenUp(world: World, { up, changedS }: OsdModel): boolean {
  const sinceS = world.nowS - changedS;
  return up ? sinceS >= upAfterS : sinceS < inMapAfterS;
}

/** How the data stands: each missing OSD lacks a third of it. `peering` is the moment in between. */
function dataState(world: World): { missing: number; peering: boolean } {
  const missing = world.osds.filter(({ up, changedS }) => (up ? world.nowS - changedS < upAfterS + cleanAfterS : world.nowS - changedS >= degradedAfterS)).length;
  const peering = world.osds.some(({ up, changedS }) => !up && world.nowS - changedS >= inMapAfterS && world.nowS - changedS < degradedAfterS);
  return { missing, peering };
}

/** Whether what is left of the copies may be written: as many as min_size has it. */
export const isServing = (world: World): boolean => dataState(world).missing < 2;

const warning = (message: string, count: number): object => ({ severity: 'HEALTH_WARN', muted: false, summary: { message, count }, detail: [] });

/** What a healthy cluster was recorded to warn of all the time (ceph-cluster-status-healthy.http; of the modules one is named here). */
const standing = {
  MGR_MODULE_DEPENDENCY: { ...warning('13 mgr modules have failed dependencies', 13), detail: [{ message: "Module 'balancer' has failed dependency: PyO3 modules do not yet support subinterpreters, see https://github.com/PyO3/pyo3/issues/576" }] },
  MON_DISK_LOW: { ...warning('mon pve3 is low on available space', 1), detail: [{ message: 'mon.pve3 has 26% avail' }] },
};

/** `ceph status` in the shape that was recorded (Reef), as the monitors tell it who are found from this node. */
export function cephStatusOf(world: World, node: string): object {
  const { missing, peering } = dataState(world);
  const down = world.osds.filter(({ up }) => !up);
  const degraded = missing * objects;
  const state = missing >= 2 ? 'undersized+degraded+peered' : missing === 1 ? 'active+undersized+degraded' : peering ? 'peering' : 'active+clean';
  const crashed = world.osds.filter((osd) => osd.hasCrashed);
  const checks = {
    ...standing,
    ...(crashed.length === 0 ? {} : { RECENT_CRASH: warning(`${crashed.length} daemons have recently crashed`, crashed.length) }),
    ...monitorChecks(world, node),
    ...(down.length === 0 ? {} : { OSD_DOWN: warning(`${down.length} osds down`, down.length) }),
    ...(missing === 0 ? {} : { PG_DEGRADED: warning(`Degraded data redundancy: ${degraded}/${objects * copies} objects degraded (${((100 * missing) / copies).toFixed(3)}%), ${placementGroups} pgs degraded`, placementGroups) }),
    ...(missing < 2 ? {} : { PG_AVAILABILITY: warning(`Reduced data availability: ${placementGroups} pgs inactive`, placementGroups) }),
  };
  return {
    ...monitorPart(world, node),
    health: { status: 'HEALTH_WARN', checks, mutes: [] },
    pgmap: {
      num_pools: 1, num_pgs: placementGroups, num_objects: objects, data_bytes: 105_316_376, bytes_used: 831_971_328, bytes_avail: 5_610_479_616, bytes_total: 6_442_450_944,
      pgs_by_state: [{ state_name: state, count: placementGroups }],
      ...(missing === 0 ? {} : { degraded_objects: degraded, degraded_total: objects * copies, degraded_ratio: missing / copies }),
      ...(peering || missing >= 2 ? { inactive_pgs_ratio: missing >= 2 ? 1 : 0.6875 } : {}),
    },
    osdmap: { epoch: 25, num_osds: world.osds.length, num_up_osds: world.osds.filter((osd) => seenUp(world, osd)).length, num_in_osds: world.osds.filter(({ isIn }) => isIn).length, num_remapped_pgs: 0 },
  };
}

export function cephTreeOf(world: World): object {
  const hosts = [...new Set(world.osds.map(({ node }) => node))];
  return {
    flags: 'sortbitwise,recovery_deletes,purged_snapdirs,pglog_hardlimit',
    root: { leaf: 0, children: [{ id: '-1', name: 'default', type: 'root', leaf: 0, children: hosts.map((host, index) => ({
      id: `-${index + 2}`, name: host, type: 'host', leaf: 0,
      children: world.osds.filter(({ node }) => node === host).map((osd) => ({ id: osd.id, name: `osd.${osd.id}`, type: 'osd', leaf: 1, host, status: seenUp(world, osd) ? 'up' : 'down', in: osd.isIn ? 1 : 0, reweight: osd.isIn ? 1 : 0, crush_weight: 0.002, device_class: 'hdd' })),
    })) }] },
  };
}

export const cephPoolsOf = (): object[] => [{ pool: '1', pool_name: 'rbd1', type: 'replicated', size: copies, min_size: 2, application_metadata: { rbd: {} }, pg_num: placementGroups }];
