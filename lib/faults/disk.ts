import type { Environment } from '../environment/environment.ts';
import { quoteCommand } from '../transports/shell-quote.ts';
import { readStatus, runCommand } from './command-hand.ts';
import { diskHandOf, wordOf } from './environment-parts.ts';
import type { Fault, Inverse } from './fault.ts';

const diskStates = ['present', 'removed'] as const;

/** Whether a disk is in its slot, as its hand's status command says. */
export async function readDisk(environment: Environment, node: string, disk: string, signal: AbortSignal): Promise<(typeof diskStates)[number]> {
  return readStatus(diskHandOf(environment, node, disk).status, diskStates, { signal });
}

/**
 * A disk is taken out of a node while it is in use.
 *
 * @throws Error when the environment file has no hand for it
 */
export function diskRemovalFault(environment: Environment, node: string, disk: string): Fault {
  const hand = diskHandOf(environment, node, disk);
  return {
    name: 'disk-removal',
    title: `disk ${disk} taken out of node ${node}`,
    target: { node, role: null, disk },
    byProcess: true,
    undo: { inverse: 'disk-insert', version: 1, data: { node, disk }, title: `put disk ${disk} back into node ${node}`, manual: [quoteCommand(hand.insert)] },
    apply: async (context) => {
      context.progress(`taking ${disk} out of ${node}`);
      await runCommand(hand.remove, { signal: context.signal, hands: context.hands });
    },
    confirmed: async (context) => (await readDisk(environment, node, disk, context.signal)) === 'removed',
  };
}

/** Puts a disk back. Needs the environment file and the hand only, not the cluster. */
export const diskInsert: Inverse = {
  name: 'disk-insert',
  versions: [1],
  revert: async (undo, context) => {
    const node = wordOf(undo.data, 'node');
    const disk = wordOf(undo.data, 'disk');
    if ((await readDisk(context.environment, node, disk, context.signal)) === 'present') return;
    context.progress(`putting ${disk} back into ${node}`);
    await runCommand(diskHandOf(context.environment, node, disk).insert, { signal: context.signal, hands: context.hands });
  },
  verify: async (undo, context) => (await readDisk(context.environment, wordOf(undo.data, 'node'), wordOf(undo.data, 'disk'), context.signal)) === 'present',
};
