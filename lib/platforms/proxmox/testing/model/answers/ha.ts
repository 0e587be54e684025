import { timings } from '../timings.ts';
import { quorate, sidOf } from '../world.ts';
import type { NodeModel, ServiceModel, World } from '../world.ts';
import { clockOf, refuse, writing } from './handler.ts';
import type { Handler } from './handler.ts';

/** As Perl's localtime writes it, by UTC: `Fri Nov 20 18:18:36 2026`. */
const date = (world: World, second: number): string => {
  const [weekday = '', day = '', month = '', year = '', time = ''] = new Date((world.epochS + second) * 1000).toUTCString().split(/,? /);
  return `${weekday} ${month} ${String(Number(day)).padStart(2)} ${time} ${year}`;
};

function lrmText(world: World, { name, lrm, maintenance, going }: NodeModel): string {
  const word = world.nowS - lrm.seenS > timings.oldTimestamp ? 'old timestamp - dead?' : going !== null ? `${going.command === 'reboot' ? 'restart' : 'shutdown'} mode` : maintenance ? 'maintenance mode' : lrm.state;
  return `${name} (${word}, ${date(world, lrm.seenS)})`;
}

/** The state that is shown: `starting` until the resource manager has confirmed it (HA/Tools.pm, get_verbose_service_state). */
function shownState({ state, running }: ServiceModel): string {
  if (state === 'started') return running ? 'started' : 'starting';
  return state === 'request_stop' ? 'stopping' : state === 'request_start' ? 'starting' : state;
}

const current: Handler = (world) => {
  const { manager } = world;
  const services = [...manager.services.values()];
  const isIdle = services.length === 0;
  return { data: [
    { id: 'quorum', type: 'quorum', node: manager.master ?? '', status: quorate(world) ? 'OK' : 'No quorum on node!', quorate: quorate(world) ? 1 : 0 },
    ...(isIdle || manager.master === null ? [] : [{ id: 'master', type: 'master', node: manager.master, timestamp: clockOf(world), status: `${manager.master} (${world.nowS - manager.masterSeenS > timings.oldTimestamp ? 'old timestamp - dead?' : 'active'}, ${date(world, manager.masterSeenS)})` }]),
    ...(isIdle ? [] : [...world.nodes.values()].map((node) => ({ id: `lrm:${node.name}`, type: 'lrm', node: node.name, timestamp: Math.floor(world.epochS + node.lrm.seenS), status: lrmText(world, node) }))),
    ...services.map((service) => ({ id: `service:${service.sid}`, type: 'service', sid: service.sid, node: service.node, state: shownState(service), crm_state: service.state, request_state: world.guests.get(service.vmid)?.requested ?? 'started', max_restart: 1, max_relocate: 1, failback: world.guests.get(service.vmid)?.failback === false ? 0 : 1, status: `${service.sid} (${service.node}, ${shownState(service)})` })),
  ] };
};

const managerStatus: Handler = (world) => {
  const { manager } = world;
  return { data: {
    quorum: { quorate: quorate(world) ? '1' : '0', node: manager.master ?? '' },
    manager_status: {
      master_node: manager.master, timestamp: Math.floor(world.epochS + manager.roundS), node_status: Object.fromEntries(manager.nodes),
      service_status: Object.fromEntries([...manager.services.values()].map(({ sid, node, state, target, running, uid }) => [sid, { node, state, uid, ...(target === null ? {} : { target }), ...(running ? { running: 1 } : {}) }])),
    },
    lrm_status: Object.fromEntries([...world.nodes.values()].map(({ name, lrm, maintenance }) => [name, { mode: maintenance ? 'maintenance' : 'active', state: lrm.state, timestamp: Math.floor(world.epochS + lrm.seenS), results: Object.fromEntries(lrm.results) }])),
  } };
};

const managed = (world: World): object[] => [...world.guests.values()].flatMap((guest) => (guest.requested === null ? [] : [{ sid: sidOf(guest), type: guest.kind === 'vm' ? 'vm' : 'ct', state: guest.requested, max_restart: 1, max_relocate: 1, digest: 'model', ...(guest.failback ? {} : { failback: 0 }), ...(guest.haComment === '' ? {} : { comment: guest.haComment }) }]));

const setState: Handler = (world, { values }) => {
  const guest = [...world.guests.values()].find((each) => sidOf(each) === values['sid'] || each.vmid === values['sid']);
  if (guest === undefined || guest.requested === null) return refuse(`no such resource '${values['sid'] ?? ''}'`);
  const { state, comment, delete: gone } = values;
  // What the manager holds in `error` is let go by `disabled`.
  if (state === 'started' || state === 'stopped' || state === 'disabled' || state === 'ignored') guest.requested = state;
  if (comment !== undefined) guest.haComment = comment;
  if (gone === 'comment') guest.haComment = '';
  return { data: null };
};

export const haAnswers: Readonly<Record<string, Handler>> = {
  'GET /cluster/ha/status/current': current,
  'GET /cluster/ha/status/manager_status': managerStatus,
  'GET /cluster/ha/resources': (world) => ({ data: managed(world) }),
  'GET /cluster/ha/rules': (world) => ({ data: world.rules.map(({ name, sids, nodes, strict, affinity }, order) => ({ rule: name, resources: sids.join(','), order: order + 1, digest: 'model', ...(affinity === undefined ? { type: 'node-affinity', nodes: Object.entries(nodes).map(([node, priority]) => `${node}:${priority}`).join(','), ...(strict ? { strict: 1 } : {}) } : { type: 'resource-affinity', affinity }) })) }),
  'GET /cluster/ha/groups': () => refuse('cannot index groups: ha groups have been migrated to rules'),
  'PUT /cluster/ha/resources/{sid}': writing(setState),
};
