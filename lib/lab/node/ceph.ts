import { network, type LabNode } from '../topology.ts';

/** The user by which libvirt reaches the guests' disks. */
export const libvirtCephUser = 'client.libvirt';

/**
 * ceph.conf. Intervals are short, so that a lost disk or node is noticed in seconds; nothing that measures the lab depends on them.
 * The guests' disks have no exclusive lock (feature 1 is layering alone): a guest that is restarted after a power cut would wait
 * for the dead owner's watch to expire, and that two nodes never write the same disk is what fencing is there for.
 * Heartbeats between the disks that were late are no warning: the limit of 5 % of the grace is 200 ms here, and one that was held up
 * by a network that was cut keeps the storage from being healthy for a quarter of an hour.
 * The sizes keep three OSDs, three monitors and a manager within a gigabyte of memory.
 */
export function cephConf(fsid: string, nodes: readonly LabNode[]): string {
  return `[global]
fsid = ${fsid}
mon_host = ${nodes.map((node) => node.address).join(',')}
public_network = ${network}.0/24
auth_allow_insecure_global_id_reclaim = false
osd_pool_default_size = 3
osd_pool_default_min_size = 2
osd_pool_default_pg_num = 8
osd_pool_default_pg_autoscale_mode = off
mon_osd_min_down_reporters = 1
mon_osd_adjust_heartbeat_grace = false
mon_lease = 2
mon_election_timeout = 2
mon_tick_interval = 1
mon_data_avail_warn = 5
mon_data_avail_crit = 1
mon_pg_warn_min_per_osd = 0
mon_warn_on_slow_ping_time = 60000
osd_heartbeat_interval = 1
osd_heartbeat_grace = 4
osd_pool_default_read_lease_ratio = 0.8
osd_memory_target = 939524096
bluestore_cache_autotune = false
bluestore_cache_size = 67108864
osd_op_num_shards = 1
osd_op_num_threads_per_shard = 2
osd_max_backfills = 4
osd_recovery_sleep = 0
rbd_default_features = 1
ms_bind_msgr1 = false
mgr_initial_modules =
[client]
admin_socket =
`;
}

/** A keyring of one user. */
export function keyring(user: string, key: string, capabilities: Record<string, string> = {}): string {
  const caps = Object.entries(capabilities).map(([service, cap]) => `\tcaps ${service} = "${cap}"\n`).join('');
  return `[${user}]\n\tkey = ${key}\n${caps}`;
}
