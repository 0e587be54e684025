import { isUp, nodeOf, takesPart } from './world.ts';
import type { NodeModel, World } from './world.ts';

/** A monitor on each node that has an OSD, by rank. */
const monitorsOf = (world: World): NodeModel[] => [...new Set(world.osds.map(({ node }) => node))].map((name) => nodeOf(world, name));

/** Where nobody has quorum, who asks waits for 5 s and is told so (PVE/RADOS.pm; the model does not wait). */
export const noMonitors = 'got timeout';

/**
 * The monitors that somebody on this node finds together; null where they are no majority. Their elections take no time here.
 */
function quorumSeenFrom(world: World, node: string): NodeModel[] | null {
  const asked = nodeOf(world, node);
  const all = monitorsOf(world);
  const there = all.filter((monitor) => (takesPart(world, asked) ? takesPart(world, monitor) : monitor === asked && isUp(world, monitor)));
  return there.length * 2 > all.length ? there : null;
}

export const hasMonitors = (world: World, node: string): boolean => quorumSeenFrom(world, node) !== null;

/** What the status says of a monitor that is away, in the words of Ceph 18. */
export function monitorChecks(world: World, node: string): Record<string, object> {
  const [all, there] = [monitorsOf(world), quorumSeenFrom(world, node) ?? []];
  const away = all.length - there.length;
  return away === 0 ? {} : { MON_DOWN: { severity: 'HEALTH_WARN', muted: false, summary: { message: `${away}/${all.length} mons down, quorum ${there.map(({ name }) => name).join(',')}`, count: away }, detail: [] } };
}

/** Monitors, their quorum and the managers, in the shape that was recorded (ceph-cluster-status-healthy.http), of three where one was recorded. */
export function monitorPart(world: World, node: string): object {
  const [all, there] = [monitorsOf(world), quorumSeenFrom(world, node) ?? []];
  const ranks = there.map((monitor) => all.indexOf(monitor));
  const fsid = '7d3b0f3e-0000-4000-8000-000000000001';
  const [active, ...standbys] = there;
  const date = '2026-11-20T18:19:22.123073Z';
  return {
    fsid,
    quorum: ranks,
    quorum_names: there.map(({ name }) => name),
    quorum_age: Math.floor(world.nowS - Math.max(...there.map(({ upS }) => upS))),
    election_epoch: 3,
    monmap: {
      epoch: 1, fsid, created: date, modified: date, min_mon_release: 18, min_mon_release_name: 'reef', election_strategy: 1, stretch_mode: false, tiebreaker_mon: '', 'disallowed_leaders: ': '', 'removed_ranks: ': '', quorum: ranks,
      features: { optional: [], persistent: ['kraken', 'luminous', 'mimic', 'osdmap-prune', 'nautilus', 'octopus', 'pacific', 'elector-pinging', 'quincy', 'reef'] },
      mons: all.map(({ name, address }, rank) => ({ name, rank, addr: `${address}:6789/0`, public_addr: `${address}:6789/0`, public_addrs: { addrvec: [{ type: 'v2', addr: `${address}:3300`, nonce: 0 }, { type: 'v1', addr: `${address}:6789`, nonce: 0 }] }, priority: 0, weight: 0, crush_location: '{}' })),
    },
    mgrmap: { epoch: 3, active_gid: 4101, active_name: active?.name ?? '', active_addr: `${active?.address ?? ''}:6801/22079873`, available: active !== undefined, standbys: standbys.map(({ name }) => ({ name })), modules: ['iostat', 'nfs', 'restful'] },
  };
}
