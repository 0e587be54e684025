import { freezes } from './local-manager.ts';
import { timings } from './timings.ts';
import { best, blockersOn, mayRunOn, ordersFor } from './rules.ts';
import { nextName, nodeOf, quorate, sidOf, takesPart } from './world.ts';
import type { NodeModel, ServiceModel, World } from './world.ts';

function change(world: World, service: ServiceModel, to: Partial<ServiceModel>): void {
  Object.assign(service, { target: null, running: false, uid: nextName(world) }, to);
}

/** The manager's lock lives for two minutes after its last owner; the next one measures the fence delay anew. */
function elect(world: World): NodeModel | null {
  const { manager } = world;
  const master = manager.master === null ? undefined : world.nodes.get(manager.master);
  // One that goes down in order gives its lock back.
  const isGivenBack = typeof master?.going?.emptySinceS === 'number';
  if (master !== undefined && takesPart(world, master) && master.online && !isGivenBack) {
    manager.masterSeenS = world.nowS;
    return master;
  }
  if (manager.master !== null && !isGivenBack && world.nowS - manager.masterSeenS < timings.lock) return null;
  const next = [...world.nodes.values()].find((node) => takesPart(world, node) && node.online && node.going === null);
  if (next === undefined) return null;
  for (const { name, online } of world.nodes.values()) if (!online) manager.lastOnlineS.set(name, world.nowS);
  Object.assign(manager, { master: next.name, masterSeenS: world.nowS, roundS: world.nowS });
  return next;
}

const emptied = (world: World, { maintenance, going }: NodeModel): boolean => maintenance || (going !== null && world.shutdownPolicy === 'migrate');

function seeNodes(world: World): void {
  const { manager } = world;
  for (const node of world.nodes.values()) {
    const before = manager.nodes.get(node.name);
    if (node.online) manager.lastOnlineS.set(node.name, world.nowS);
    if (before === 'fence') continue;
    if (!node.online) manager.nodes.set(node.name, 'unknown');
    else manager.nodes.set(node.name, emptied(world, node) ? 'maintenance' : 'online');
  }
}

/** A node that is silent for too long is fenced when it has services: its lock must have run out before they are given to another one. */
function fence(world: World): void {
  const { manager } = world;
  for (const node of world.nodes.values()) {
    const own = [...manager.services.values()].filter((service) => service.node === node.name && !['stopped', 'freeze', 'recovery'].includes(service.state));
    const silentS = world.nowS - (manager.lastOnlineS.get(node.name) ?? 0);
    if (manager.nodes.get(node.name) === 'unknown' && own.length > 0 && silentS >= timings.fenceDelay) {
      manager.nodes.set(node.name, 'fence');
      for (const service of own) change(world, service, { state: 'fence' });
    }
    if (manager.nodes.get(node.name) !== 'fence') continue;
    const { lockS } = node.lrm;
    if (lockS !== null && world.nowS - lockS < timings.lock) continue;
    node.lrm.lockS = null;
    manager.nodes.set(node.name, node.online ? 'online' : 'unknown');
    for (const service of own) change(world, service, { state: 'recovery' });
  }
}

/** The node for a service: of those that its rule allows the best, and of these the one with the fewest services. */
function choose(world: World, { sid }: ServiceModel, not: string | null): string | null {
  const { manager } = world;
  const load = (name: string): number => [...manager.services.values()].filter((service) => service.node === name).length;
  const able = [...manager.nodes].filter(([name, state]) => state === 'online' && name !== not && nodeOf(world, name).going === null).map(([name]) => name);
  return best(world, sid, able).toSorted((one, other) => load(one) - load(other))[0] ?? null;
}

function readResult(world: World, service: ServiceModel): void {
  const node = nodeOf(world, service.node);
  const result = node.lrm.results.get(service.uid);
  if (result === undefined) return;
  if (service.state === 'started') service.running = result.exit_code === 0;
  else if (service.state === 'request_stop') change(world, service, { state: 'stopped' });
  else if (service.state === 'migrate' || service.state === 'relocate') change(world, service, result.exit_code === 0 ? { state: 'started', node: service.target ?? service.node } : { state: 'started' });
}

function decide(world: World, service: ServiceModel): void {
  const { manager } = world;
  const guest = world.guests.get(service.vmid);
  readResult(world, service);
  if (guest === undefined) return;
  // Where it is by now: a move may just have ended.
  const node = nodeOf(world, service.node);
  if (service.state === 'recovery') {
    const target = choose(world, service, node.online ? null : node.name);
    if (target === null) return;
    guest.node = target;
    guest.lock = null;
    change(world, service, { state: 'started', node: target });
  } else if (service.state === 'freeze') {
    if (node.online && node.going === null && takesPart(world, node)) change(world, service, { state: 'started' });
  } else if (service.state === 'request_start') change(world, service, { state: 'started' });
  else if (service.state === 'stopped') {
    if (guest.requested === 'started') change(world, service, { state: 'request_start', node: guest.node });
  } else if (service.state === 'started') {
    const order = manager.orders.find(({ sid }) => sid === service.sid);
    if (freezes(world, node)) change(world, service, { state: 'freeze' });
    else if (guest.requested === 'stopped' || guest.requested === 'disabled') change(world, service, { state: 'request_stop' });
    else if (order !== undefined) {
      // What cannot be done is dropped without a word.
      if (order.target !== service.node && manager.nodes.get(order.target) === 'online' && mayRunOn(world, service.sid, order.target)) change(world, service, { state: guest.kind === 'vm' ? order.command : 'relocate', target: order.target, homeNode: null });
    } else if (manager.nodes.get(node.name) === 'maintenance') {
      const target = choose(world, service, node.name);
      if (target !== null) change(world, service, { state: guest.kind === 'vm' ? 'migrate' : 'relocate', target, homeNode: service.homeNode ?? node.name });
    } else if (service.homeNode !== null && manager.nodes.get(service.homeNode) === 'online') {
      // A guest that a maintenance moved goes home by itself.
      if (service.homeNode !== service.node) change(world, service, { state: guest.kind === 'vm' ? 'migrate' : 'relocate', target: service.homeNode });
      service.homeNode = null;
    } else if ((guest.failback || blockersOn(world, service.sid, node.name).length > 0) && manager.nodes.get(node.name) === 'online') {
      // In the very round in which it has arrived elsewhere (HA/Manager.pm goes over the services until none changes).
      const homes = best(world, service.sid, [...manager.nodes].filter(([, state]) => state === 'online').map(([name]) => name));
      const [target] = homes;
      if (target !== undefined && !homes.includes(node.name)) change(world, service, { state: guest.kind === 'vm' ? 'migrate' : 'relocate', target });
    }
  }
}

/** One second of the manager. Without quorum it stands still. */
export function stepManager(world: World): void {
  const { manager } = world;
  if (!quorate(world) || elect(world) === null || world.nowS < manager.roundS) return;
  manager.roundS = world.nowS + timings.managerRound;
  for (const guest of world.guests.values()) {
    const sid = sidOf(guest);
    if (guest.requested === null || guest.requested === 'ignored') manager.services.delete(sid);
    else if (!manager.services.has(sid)) manager.services.set(sid, { sid, vmid: guest.vmid, node: guest.node, state: guest.requested === 'started' ? 'request_start' : 'stopped', target: null, uid: nextName(world), running: false, homeNode: null });
  }
  seeNodes(world);
  fence(world);
  manager.orders = ordersFor(world);
  for (const service of manager.services.values()) decide(world, service);
  manager.orders = [];
}
