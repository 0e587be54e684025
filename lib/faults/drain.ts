import type { Hypervisor } from '../adapters/hypervisor.ts';
import { nodeNamed, wordOf } from './environment-parts.ts';
import type { Environment } from '../environment/environment.ts';
import type { Fault, FaultContext, Inverse } from './fault.ts';

async function isDrained(node: string, { hypervisor, signal }: FaultContext): Promise<boolean> {
  const cluster: Hypervisor = await hypervisor();
  const found = (await cluster.snapshot('membership', { signal })).nodes.find(({ name }) => name === node);
  if (found === undefined) throw new Error(`the cluster does not say whether ${node} is drained: it knows no node of that name`);
  return found.drained;
}

/**
 * A node is taken out of service for maintenance, as before an update: it stays on and votes, and its guests are moved away.
 *
 * @param role of the node at this time, for the record
 * @throws Error when the environment file has no such node
 */
export function drainFault(environment: Environment, node: string, role: string | null): Fault {
  nodeNamed(environment, node);
  return {
    name: 'maintenance',
    title: `node ${node} drained for maintenance`,
    target: { node, role, disk: null },
    undo: { inverse: 'drain-end', version: 1, data: { node }, title: `take node ${node} back into service`, manual: [`# In the HA manager, end the maintenance (standby) of node ${node}.`] },
    isGentle: true,
    apply: async (context) => {
      context.progress(`draining ${node}`);
      await (await context.hypervisor()).drainNode(node, { signal: context.signal });
    },
    confirmed: async (context) => isDrained(node, context),
  };
}

/** Takes a drained node back into service. */
export const drainEnd: Inverse = {
  name: 'drain-end',
  versions: [1],
  revert: async (undo, context) => {
    const node = wordOf(undo.data, 'node');
    context.progress(`taking ${node} back into service`);
    await (await context.hypervisor()).undrainNode(node, { signal: context.signal });
  },
  verify: async (undo, context) => !(await isDrained(wordOf(undo.data, 'node'), context)),
};
