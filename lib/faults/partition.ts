import { setTimeout as sleep } from 'node:timers/promises';
import type { Environment } from '../environment/environment.ts';
import { quoteCommand } from '../transports/shell-quote.ts';
import { readStatus, runCommand } from './command-hand.ts';
import { networkHandOf, wordOf } from './environment-parts.ts';
import type { Fault, Inverse, InverseContext } from './fault.ts';
import { keepOn, powerControl } from './power.ts';

const portStates = ['connected', 'disconnected'] as const;

/** Whether a node is on the network, as its hand's status command says. */
export async function readNetwork(environment: Environment, node: string, signal: AbortSignal): Promise<(typeof portStates)[number]> {
  return readStatus(networkHandOf(environment, node).status, portStates, { signal });
}

/**
 * A node is cut from the network while everything on it goes on running. The hand reaches the switch and not the node, because
 * the undo has to work just when nobody can reach the node. The cluster will fence what it no longer hears, so the undo also
 * switches the node on again: a node without a power hand is refused.
 *
 * @param role of the node at this time, for the record
 * @throws Error when the environment file lacks a hand for it
 */
export function networkPartitionFault(environment: Environment, node: string, role: string | null): Fault {
  const hand = networkHandOf(environment, node);
  const power = powerControl(environment, node);
  return {
    name: 'network-partition',
    title: `node ${node} cut from the network while it runs`,
    target: { node, role, disk: null },
    byProcess: true,
    undo: { inverse: 'network-connect', version: 1, data: { node }, title: `connect node ${node} to the network again, and power it on when the cluster has fenced it`, manual: [quoteCommand(hand.connect), ...power.manualOn()] },
    apply: async (context) => {
      context.progress(`cutting ${node} from the network`);
      await runCommand(hand.disconnect, { signal: context.signal, hands: context.hands });
    },
    confirmed: async (context) => (await readNetwork(environment, node, context.signal)) === 'disconnected',
  };
}

/**
 * How long a node that is connected again must stay switched on, and not be given up by the cluster, before its undo counts as
 * verified, ms. A cluster that has just missed it may still be about to fence it: three times the token timeout of corosync's
 * default (3 s since version 3.0), within which a loss is noticed or never was one.
 */
const calmMs = 10_000;
/** Fencing that is decided is carried out within this time, or does not work; then the cluster's wholeness tells, ms. */
const fencingMs = 60_000;
const pollMs = 500;

export interface Patience {
  calmMs: number;
  fencingMs: number;
  pollMs: number;
}

/** Whether the cluster has given the node up and will fence it; null when it cannot be asked. */
async function isGivenUp(node: string, { hypervisor, signal }: InverseContext): Promise<boolean | null> {
  try {
    const { nodes } = await (await hypervisor()).snapshot('membership', { signal });
    return nodes.find(({ name }) => name === node)?.unclean ?? null;
  } catch {
    signal.throwIfAborted();
    return null;
  }
}

/** True when the node stays on, false when it is off or goes off. A cluster that cannot be asked makes the wait longer, not shorter. */
async function staysOn(node: string, context: InverseContext, patience: Patience): Promise<boolean> {
  const control = powerControl(context.environment, node);
  const begun = performance.now();
  for (let calmSince = begun; ; await sleep(patience.pollMs, undefined, { signal: context.signal })) {
    if ((await control.read(context.signal)) !== 'on') return false;
    const isCalm = (await isGivenUp(node, context)) === false;
    const now = performance.now();
    if (!isCalm) calmSince = now;
    if ((isCalm && now - calmSince >= patience.calmMs) || now - begun >= patience.fencingMs) return true;
  }
}

/** Connects a node again and switches it on when it was fenced meanwhile. Needs the hands; the cluster, if it answers, makes it quicker. */
export function networkConnectWith(patience: Patience): Inverse {
  return {
    name: 'network-connect',
    versions: [1],
    revert: async (undo, context) => {
      const node = wordOf(undo.data, 'node');
      if ((await readNetwork(context.environment, node, context.signal)) !== 'connected') {
        context.progress(`connecting ${node} to the network again`);
        await runCommand(networkHandOf(context.environment, node).connect, { signal: context.signal, hands: context.hands });
      }
      const control = powerControl(context.environment, node);
      if ((await control.read(context.signal)) === 'on') return;
      context.progress(`powering ${node} on through ${control.how}: the cluster has fenced it`);
      await control.on(context.signal, context.hands);
    },
    verify: async (undo, context) => {
      const node = wordOf(undo.data, 'node');
      return (await readNetwork(context.environment, node, context.signal)) === 'connected' && staysOn(node, context, patience);
    },
    keep: async (undo, context) => keepOn(context.environment, wordOf(undo.data, 'node'), context),
  };
}

export const networkConnect: Inverse = networkConnectWith({ calmMs, fencingMs, pollMs });
