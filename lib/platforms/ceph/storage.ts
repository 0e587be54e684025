import { judgeChecks, type CephWarning } from './checks.ts';
import { poolsSchema, statusSchema, treeSchema, type CephPools, type CephStatus, type OsdTree } from './schema.ts';

/** State of a Ceph cluster. */
export interface CephStorage {
  name: string;
  healthy: boolean;
  redundant: boolean;
  redundancyShare: number;
  serving: boolean;
  repairing: boolean;
  copies: { wanted: number; minimum: number };
  disks: { id: string; node: string; up: boolean; inUse: boolean }[];
  /** What it warns of beside its data, daemons and service: it may have been there for months. */
  warnings: CephWarning[];
  /** Every health check in its own words. */
  detail: string[];
}

/** States of a placement group in which some object lacks a copy, or its copies are not where they belong. */
const lacking = /degraded|undersized|remapped|misplaced|backfill|recover|down|incomplete|stale|unknown|peer|inconsistent|activating|creating/;
/** States in which copies are being made or moved. */
const moving = /recover|backfill|(?:^|\+)repair/;

function share(status: CephStatus): number {
  const { pgmap } = status;
  const total = Math.max(pgmap.degraded_total, pgmap.misplaced_total);
  const byObjects = total === 0 ? 1 : 1 - Math.max(pgmap.degraded_objects, pgmap.misplaced_objects) / total;
  // A group that no state was reported of is not known to be whole.
  const whole = pgmap.pgs_by_state.filter((state) => !lacking.test(state.state_name)).reduce((sum, state) => sum + state.count, 0);
  const byGroups = pgmap.num_pgs === 0 ? 1 : whole / pgmap.num_pgs;
  // A group may be short of a copy before its objects are counted, and an object be misplaced in a group that is not: the worse counts.
  return Math.max(0, Math.min(byObjects, byGroups));
}

function disks(tree: OsdTree): CephStorage['disks'] {
  const hosts = tree.nodes.filter((node) => node.type === 'host');
  const placed = tree.nodes.filter((node) => node.type === 'osd').map((osd) => ({
    id: osd.name,
    node: hosts.find((host) => host.children.includes(osd.id))?.name ?? '',
    up: osd.status === 'up',
    inUse: (osd.reweight ?? 0) > 0,
  }));
  return [...placed, ...tree.stray.map((osd) => ({ id: osd.name, node: '', up: osd.status === 'up', inUse: false }))];
}

function copies(pools: CephPools): CephStorage['copies'] {
  // The pool with the least redundancy of those that hold disks of guests decides; Ceph's own pools only where there is no other.
  const guests = pools.filter((pool) => 'rbd' in pool.application_metadata || 'cephfs' in pool.application_metadata);
  const [first, ...rest] = (guests.length > 0 ? guests : pools).map((pool) => ({ wanted: pool.size, minimum: pool.min_size }));
  return rest.reduce((least, next) => (next.wanted - next.minimum < least.wanted - least.minimum ? next : least), first ?? { wanted: 0, minimum: 0 });
}

/**
 * State of the storage from `status`, `osd tree` and `osd pool ls detail` in JSON.
 *
 * It is healthy when no health check speaks of data, daemons or service (see `judgeChecks`), and serves while every placement group is
 * active and no request is stuck. Placement groups without a state (the manager has not reported yet) count as not serving and not
 * redundant: nothing is known of them.
 *
 * @throws ZodError when the answers are something else.
 */
export function storageState(answers: { status: unknown; tree: unknown; pools: unknown }): CephStorage {
  const status = statusSchema.parse(answers.status);
  const tree = treeSchema.parse(answers.tree);
  const { pgs_by_state: states, num_pgs: groups } = status.pgmap;
  const known = states.reduce((sum, state) => sum + state.count, 0);
  const redundancyShare = share(status);
  const found = disks(tree);
  const { healthy, stuck, warnings } = judgeChecks(status.health);
  return {
    name: 'ceph',
    healthy,
    redundant: redundancyShare === 1 && found.every((disk) => disk.up && disk.inUse),
    redundancyShare,
    serving: known === groups && states.every((state) => state.state_name.split('+').includes('active')) && !stuck,
    repairing: status.pgmap.recovering_objects_per_sec > 0 || states.some((state) => moving.test(state.state_name)),
    copies: copies(poolsSchema.parse(answers.pools)),
    disks: found,
    warnings,
    detail: Object.entries(status.health.checks).map(([name, { summary }]) => `${name}: ${summary.message}`),
  };
}
