import type { Environment } from '../environment/environment.ts';
import type { Fault } from './fault.ts';
import { powerControl } from './power.ts';

/**
 * How long a clean shutdown may take until the power is off, ms: a host moves its guests away first, and systemd gives each
 * service that hangs 90 s (its DefaultTimeoutStopSec).
 */
export const shutdownTimeoutMs = 900_000;

/**
 * A node is shut down cleanly, as an operator would do it. It is over when the power is off. The undo is by the power hand, so a
 * node without one is refused: nobody could switch it on again.
 *
 * @param role of the node at this time, for the record
 * @throws Error when the environment file has no power hand for it
 */
export function nodeShutdownFault(environment: Environment, node: string, role: string | null): Fault {
  const control = powerControl(environment, node);
  return {
    name: 'node-shutdown',
    title: `clean shutdown of node ${node}`,
    target: { node, role, disk: null },
    undo: { inverse: 'power-on', version: 1, data: { node }, title: `power node ${node} on through ${control.how}`, manual: control.manualOn(), effectWithinMs: shutdownTimeoutMs },
    isGentle: true,
    apply: async (context) => {
      context.progress(`asking ${node} for a clean shutdown`);
      await (await context.hypervisor()).shutDownNode(node, { signal: context.signal });
    },
    confirmed: async (context) => (await control.read(context.signal)) === 'off',
  };
}
