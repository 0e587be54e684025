import { cachedStatus } from '../samples.ts';
import { isUp, nodeOf, quorate, sidOf, takesPart } from '../world.ts';
import type { World } from '../world.ts';
import { clockOf, refuse, writing } from './handler.ts';
import type { Handler } from './handler.ts';

/** Whether the node that is asked belongs to the majority; one that is cut off sees itself alone. */
function membersSeenBy(world: World, endpoint: string): { quorate: boolean; online: (name: string) => boolean } {
  const own = nodeOf(world, endpoint);
  if (takesPart(world, own) && own.online) return { quorate: quorate(world), online: (name) => nodeOf(world, name).online };
  const isCutOff = !own.linked && own.lostS !== null && !own.online;
  return isCutOff || !own.online ? { quorate: false, online: (name) => name === endpoint } : { quorate: quorate(world), online: (name) => nodeOf(world, name).online };
}

const status: Handler = (world, { endpoint }) => {
  const view = membersSeenBy(world, endpoint);
  const nodes = [...world.nodes.values()].map(({ name, id, address }) => ({ type: 'node', id: `node/${name}`, name, nodeid: id, ip: address, level: '', local: name === endpoint ? 1 : 0, online: view.online(name) ? 1 : 0 }));
  return { data: [...nodes, { type: 'cluster', id: 'cluster', name: world.clusterName, version: 3, nodes: nodes.length, quorate: view.quorate ? 1 : 0 }] };
};

/** Cached: the state of a guest is the last broadcast of whoever had it, its place is the configuration's. */
const resources: Handler = (world, { values }) => {
  const guests = [...world.guests.values()].map((guest) => ({
    type: guest.kind === 'vm' ? 'qemu' : 'lxc', id: `${guest.kind === 'vm' ? 'qemu' : 'lxc'}/${guest.vmid}`, vmid: Number(guest.vmid), name: guest.config['name'] ?? guest.config['hostname'], node: guest.node, template: 0,
    ...cachedStatus(world, guest), ...(guest.requested === null ? {} : { hastate: world.manager.services.get(sidOf(guest))?.state ?? 'unknown' }), ...(guest.lock === null ? {} : { lock: guest.lock }),
  }));
  const nodes = [...world.nodes.values()].map(({ name, online, upS }) => ({ type: 'node', id: `node/${name}`, node: name, status: online ? 'online' : 'offline', hastate: world.manager.nodes.get(name) ?? 'unknown', ...(online ? { uptime: Math.floor(world.nowS - upS) } : {}) }));
  return { data: values['type'] === 'vm' ? guests : values['type'] === 'node' ? nodes : [...guests, ...nodes] };
};

/** A node by its own account; the seconds since its start are those of a clock that goes `factor` times as slow as the model's. */
export function nodeStatus(world: World, node: string, factor = 1): object {
  return { uptime: Math.floor((world.nowS - nodeOf(world, node).upS) / factor), pveversion: 'pve-manager/9.1.3/0000000000000000', kversion: 'Linux 6.17.2-1-pve', memory: { free: 20_000_000_000, total: 25_000_000_000, used: 5_000_000_000 }, rootfs: { avail: 200_000_000_000, free: 200_000_000_000, total: 270_000_000_000, used: 70_000_000_000 } };
}

const tasks: Handler = (world) => ({
  data: world.tasks.map(({ upid, node, type, id, user, startS, endS, status: ended }) => ({ upid, node, type, id, user, starttime: Math.floor(startS), ...(endS === null ? {} : { endtime: Math.floor(endS), status: ended }) })).toReversed().slice(0, 25 * world.nodes.size),
});

const changePool = (then: (pools: World['pools'], name: string, comment: string) => void, isNew: boolean): Handler => writing((world, { values: { poolid = '', comment = '' } }) => {
  if (world.pools.has(poolid) === isNew) return refuse(isNew ? `create pool failed: pool '${poolid}' already exists` : `pool '${poolid}' does not exist`);
  then(world.pools, poolid, comment);
  return { data: null };
});

const poolAnswers: Readonly<Record<string, Handler>> = {
  'GET /pools': (world) => ({ data: [...world.pools].map(([poolid, comment]) => ({ poolid, ...(comment === '' ? {} : { comment }) })) }),
  'POST /pools': changePool((pools, name, comment) => pools.set(name, comment), true),
  'PUT /pools/{poolid}': changePool((pools, name, comment) => pools.set(name, comment), false),
  'DELETE /pools/{poolid}': changePool((pools, name) => pools.delete(name), false),
};

/** What concerns the cluster and no single node. */
export const clusterAnswers: Readonly<Record<string, Handler>> = {
  ...poolAnswers,
  'GET /cluster/config/nodes': (world) => ({ data: [...world.nodes.values()].map(({ name, id, address }) => ({ node: name, name, nodeid: String(id), quorum_votes: '1', ring0_addr: address })) }),
  'GET /cluster/config/qdevice': () => ({ data: {} }),
  'GET /version': () => ({ data: { version: '9.1.3', release: '9.1', repoid: '0000000000000000' } }),
  'GET /cluster/status': status,
  'GET /cluster/resources': resources,
  'GET /cluster/tasks': tasks,
  'GET /cluster/log': (world) => ({ data: world.tasks.filter(({ endS }) => endS !== null).map(({ upid, node, user, endS, status: ended }, index) => ({ uid: String(index), id: `${index}:${node}`, node, pid: 1, pri: 6, tag: 'pvedaemon', user, time: Math.floor(endS ?? 0), msg: `end task ${upid} ${ended ?? ''}` })).toReversed() }),
  'GET /cluster/nextid': (world) => ({ data: String([...world.guests.keys()].map(Number).reduce((free, taken) => (taken === free ? free + 1 : free), 100)) }),
  'GET /cluster/options': (world) => ({ data: { keyboard: 'en-us', ha: { shutdown_policy: world.shutdownPolicy } } }),
  'GET /nodes': (world) => ({ data: [...world.nodes.values()].map(({ name, online }) => ({ node: name, id: `node/${name}`, type: 'node', status: online ? 'online' : 'offline' })) }),
  'GET /nodes/{node}/time': (world) => ({ data: { time: clockOf(world), localtime: clockOf(world), timezone: 'UTC' } }),
  'GET /nodes/{node}/status': (world, { node }) => ({ data: nodeStatus(world, node) }),
  'GET /nodes/{node}/services': (world, { node }) => ({ data: ['corosync', 'pve-cluster', 'pve-ha-crm', 'pve-ha-lrm', 'watchdog-mux', 'pveproxy', 'pvedaemon', 'chrony'].map((service) => ({ service, name: service, desc: service, state: isUp(world, nodeOf(world, node)) ? 'running' : 'dead' })) }),
  'GET /nodes/{node}/replication': (world, { node }) => ({ data: world.replications.filter(({ source }) => source === node).map(({ source: _source, ...job }) => ({ ...job, type: 'local' })) }),
  'POST /nodes/{node}/status': (world, { node, values }) => {
    nodeOf(world, node).going ??= { command: values['command'] === 'reboot' ? 'reboot' : 'shutdown', sinceS: world.nowS, emptySinceS: null };
    return { data: null };
  },
};
