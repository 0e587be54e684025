import { timings } from './timings.ts';
import { isUp, nodeOf, quorate, takesPart } from './world.ts';
import type { NodeModel, World } from './world.ts';

/** Everything that ran on it is gone, at once and without a word. */
function lose(world: World, node: NodeModel): void {
  for (const guest of world.guests.values()) {
    if (guest.process?.node !== node.name) continue;
    guest.process = null;
  }
  node.lrm = { ...node.lrm, state: 'idle', emptyRounds: 0, roundS: 0, results: new Map() };
  node.going = null;
}

/** The power of a node is cut. */
export function cutPower(world: World, name: string): void {
  const node = nodeOf(world, name);
  node.power = 'off';
  lose(world, node);
}

/** The power of a node is given back, and its operating system starts. */
export function givePower(world: World, name: string, afterS: number = timings.boot): void {
  const node = nodeOf(world, name);
  if (node.power === 'on') return;
  node.power = 'on';
  node.upS = world.nowS + afterS;
}

/** A restart of the machine, whoever ordered it. */
export function restart(world: World, name: string): void {
  cutPower(world, name);
  givePower(world, name, timings.reboot);
}

/** The node leaves with a word: it is no member from now on. */
export function leave(node: NodeModel): void {
  node.online = false;
  node.joinS = null;
}

/** Who is a member, as the majority sees it; and the watchdog of those who are without quorum, be they cut off or too few. */
export function stepMembership(world: World): void {
  for (const node of world.nodes.values()) {
    if (takesPart(world, node)) {
      node.lostS = null;
      node.joinS ??= Math.max(world.nowS, node.upS) + timings.join;
      if (world.nowS >= node.joinS) node.online = true;
      continue;
    }
    node.joinS = null;
    node.lostS ??= world.nowS;
    if (world.nowS - node.lostS >= timings.leave) node.online = false;
  }
  for (const node of world.nodes.values()) {
    if (takesPart(world, node) && quorate(world)) node.inquorateS = null;
    else node.inquorateS ??= world.nowS;
    // A resource manager that was not active has no watchdog: its node stays as it is.
    if (isUp(world, node) && node.lrm.state === 'active' && node.inquorateS !== null && world.nowS - node.inquorateS >= timings.watchdog) restart(world, node.name);
  }
}
