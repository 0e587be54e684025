import type { Environment, PowerHand } from '../environment/environment.ts';
import { quoteCommand } from '../transports/shell-quote.ts';
import { readStatus, runCommand } from './command-hand.ts';
import { powerHandOf, wordOf } from './environment-parts.ts';
import type { Fault, Inverse, InverseContext } from './fault.ts';
import { fenceAgentControl } from './fence-agent-hand.ts';
import { hypervPowerControl } from './parent-hyperv/power.ts';
import { parentPowerControl } from './parent-proxmox/power.ts';
import { vmwarePowerControl } from './parent-vmware/power.ts';
import type { PowerControl } from './power-control.ts';
import { redfishControl } from './redfish-hand.ts';

function commandControl(hand: Extract<PowerHand, { hand: 'command' }>): PowerControl {
  return {
    how: `the command ${hand.off[0] ?? ''}`,
    read: async (signal) => readStatus(hand.status, ['on', 'off'], { signal }),
    off: async (signal, hands) => void (await runCommand(hand.off, { signal, hands })),
    on: async (signal, hands) => void (await runCommand(hand.on, { signal, hands })),
    byProcess: true,
    manualOn: () => [quoteCommand(hand.on)],
  };
}

/**
 * The power of a node through the hand that its environment file names.
 *
 * @throws Error when the node or its hand is missing there, saying what to add
 */
export function powerControl(environment: Environment, node: string): PowerControl {
  const hand = powerHandOf(environment, node);
  if (hand.hand === 'redfish') return redfishControl(hand, node);
  if (hand.hand === 'fence-agent') return fenceAgentControl(hand, node);
  if (hand.hand === 'parent-proxmox') return parentPowerControl(hand, node);
  if (hand.hand === 'parent-hyperv') return hypervPowerControl(environment, hand, node);
  if (hand.hand === 'parent-vmware') return vmwarePowerControl(environment, hand, node);
  return commandControl(hand);
}

/**
 * The power of a node is cut, as by a failing supply: nothing is told to the node.
 *
 * @param role of the node at this time, for the record
 * @throws Error when the environment file has no hand for it
 */
export function nodePowerFault(environment: Environment, node: string, role: string | null): Fault {
  const control = powerControl(environment, node);
  return {
    name: 'node-power',
    title: `power of node ${node} cut through ${control.how}`,
    target: { node, role, disk: null },
    byProcess: control.byProcess,
    undo: { inverse: 'power-on', version: 1, data: { node }, title: `power node ${node} on through ${control.how}`, manual: control.manualOn() },
    apply: async (context) => {
      context.progress(`cutting the power of ${node} through ${control.how}`);
      await control.off(context.signal, context.hands);
    },
    confirmed: async (context) => (await control.read(context.signal)) === 'off',
  };
}

/**
 * A cluster that missed the node before its power came back may fence it behind that, and leave it off (Pacemaker's
 * `stonith-action=off`): the node that we took is to be on at the end all the same.
 */
export async function keepOn(environment: Environment, node: string, context: InverseContext): Promise<string | null> {
  const control = powerControl(environment, node);
  if ((await control.read(context.signal)) !== 'off') return null;
  await control.on(context.signal, context.hands);
  return `${node} was off again, as the cluster's own fencing leaves a node: powered on again through ${control.how}`;
}

/** Switches a node on again. Needs the environment file and the hand only, not the cluster. */
export const powerOn: Inverse = {
  name: 'power-on',
  versions: [1],
  revert: async (undo, context) => {
    const node = wordOf(undo.data, 'node');
    const control = powerControl(context.environment, node);
    // A machine that is on must not be asked: some BMCs refuse, and none must be reset by it.
    if ((await control.read(context.signal)) === 'on') return;
    context.progress(`powering ${node} on through ${control.how}`);
    await control.on(context.signal, context.hands);
  },
  verify: async (undo, context) => (await powerControl(context.environment, wordOf(undo.data, 'node')).read(context.signal)) === 'on',
  keep: async (undo, context) => keepOn(context.environment, wordOf(undo.data, 'node'), context),
};
