import { endGuest, isWorkedOn, moveGuest, startGuest } from './guests.ts';
import { leave, restart, cutPower } from './membership.ts';
import { timings } from './timings.ts';
import { quorate, takesPart } from './world.ts';
import type { GuestModel, NodeModel, ServiceModel, World } from './world.ts';

const manager = 'root@pam';

/** What a resource manager does for one of its services. Its results are read by the manager in its next round. */
function serve(world: World, node: NodeModel, service: ServiceModel, guest: GuestModel): void {
  const { uid, sid, state } = service;
  const report = (status: string): void => void node.lrm.results.set(uid, { sid, state, exit_code: status === 'OK' ? 0 : 1 });
  if (node.lrm.results.has(uid) || isWorkedOn(world, guest)) return;
  switch (state) {
    case 'started':
      if (guest.process !== null || guest.lock === 'backup') report('OK');
      else startGuest(world, guest, manager, report);
      break;
    case 'request_stop':
      if (guest.process === null) report('OK');
      else endGuest(world, guest, manager, 'shutdown', report);
      break;
    case 'migrate':
    case 'relocate':
      if (guest.lock !== null) report(`VM is locked (${guest.lock})`);
      else moveGuest(world, guest, service.target ?? node.name, manager, report);
      break;
    default:
  }
}

/** Guests of a node that goes down are shut down; then the node goes. */
function goDown(world: World, node: NodeModel): void {
  const { going } = node;
  if (going === null || world.nowS - going.sinceS < timings.shutdownDelay) return;
  const here = [...world.guests.values()].filter(({ process }) => process?.node === node.name);
  const leaving = world.shutdownPolicy === 'migrate' && here.some(({ requested }) => requested === 'started');
  if (!leaving) for (const guest of here) if (!isWorkedOn(world, guest)) endGuest(world, guest, manager, 'shutdown');
  if (here.length > 0) return;
  going.emptySinceS ??= world.nowS;
  // The services were stopped in order: the lock is given back, and nobody has to wait for it.
  if (!freezes(world, node)) node.lrm.lockS = null;
  if (world.nowS - going.emptySinceS < timings.poweroff) return;
  leave(node);
  if (going.command === 'reboot') restart(world, node.name);
  else cutPower(world, node.name);
}

/** Whether the services of a node that goes down stay its own. */
export function freezes({ shutdownPolicy }: World, { going }: NodeModel): boolean {
  return going !== null && (shutdownPolicy === 'freeze' || (shutdownPolicy === 'conditional' && going.command === 'reboot'));
}

/** One second of the resource manager of a node. */
export function stepLocalManager(world: World, node: NodeModel): void {
  if (!takesPart(world, node) || !node.online || !quorate(world)) return;
  const { lrm } = node;
  goDown(world, node);
  if (node.power !== 'on' || world.nowS < node.upS) return;
  lrm.seenS = world.nowS;
  const services = [...world.manager.services.values()].filter((service) => service.node === node.name && service.state !== 'stopped');
  // A node that is to be fenced gets no lock until that is over.
  if (world.manager.nodes.get(node.name) === 'fence') return;
  if (lrm.state === 'idle' && services.length > 0) Object.assign(lrm, { state: 'wait_for_agent_lock', waitsUntilS: world.nowS + (node.slowLock ? timings.slowLock : 1), emptyRounds: 0 });
  if (lrm.state === 'wait_for_agent_lock' && world.nowS >= lrm.waitsUntilS) Object.assign(lrm, { state: 'active', roundS: world.nowS });
  if (lrm.state !== 'active') return;
  if (node.going === null || freezes(world, node)) lrm.lockS = world.nowS;
  if (world.nowS < lrm.roundS) return;
  lrm.roundS = world.nowS + timings.localRound;
  lrm.emptyRounds = services.length === 0 ? lrm.emptyRounds + 1 : 0;
  if (lrm.emptyRounds >= timings.idleRounds) Object.assign(lrm, { state: 'idle', lockS: null });
  if (node.going !== null && world.shutdownPolicy !== 'migrate') return;
  for (const service of services) {
    const guest = world.guests.get(service.vmid);
    if (guest !== undefined) serve(world, node, service, guest);
  }
}
