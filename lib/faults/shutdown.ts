import type { Environment } from '../environment/environment.ts';
import { scrub } from '../record/scrub.ts';
import { SshError } from '../transports/ssh-error.ts';
import { nodeNamed } from './environment-parts.ts';
import type { Fault } from './fault.ts';
import { onNode } from './on-node.ts';
import { powerControl } from './power.ts';

/**
 * How long a clean shutdown may take until the power is off, ms: a host moves its guests away first, and systemd gives each
 * service that hangs 90 s (its DefaultTimeoutStopSec).
 */
export const shutdownTimeoutMs = 900_000;

const requestTimeoutMs = 20_000;

/**
 * Asks the node's own service manager. A connection that breaks behind the request is the node going down; that it was obeyed is for
 * the power hand to say.
 */
async function shutDownBySsh(environment: Environment, node: string, signal: AbortSignal): Promise<void> {
  try {
    const { code, stderr } = await onNode(environment, node, signal, async (host) => host.exec(['systemctl', '--no-block', 'poweroff'], { timeoutMs: requestTimeoutMs, signal }));
    if (code !== 0) throw new Error(`"systemctl poweroff" on ${node} ended with status ${code}: ${scrub(stderr.trim())}. The user of ssh must be root, or may be allowed to by polkit.`);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof SshError) || !error.unknownOutcome) throw error;
  }
}

/**
 * A node is shut down cleanly, as an operator would do it. It is over when the power is off. The undo is by the power hand, so a
 * node without one is refused: nobody could switch it on again.
 *
 * @param role of the node at this time, for the record
 * @throws Error when the environment file has no power hand for it
 */
export function nodeShutdownFault(environment: Environment, node: string, role: string | null): Fault {
  const control = powerControl(environment, node);
  const overSsh = nodeNamed(environment, node).shutdown?.hand === 'ssh';
  return {
    name: 'node-shutdown',
    title: `clean shutdown of node ${node}`,
    target: { node, role, disk: null },
    undo: { inverse: 'power-on', version: 1, data: { node }, title: `power node ${node} on through ${control.how}`, manual: control.manualOn(), effectWithinMs: shutdownTimeoutMs },
    isGentle: true,
    apply: async (context) => {
      context.progress(`asking ${node} for a clean shutdown${overSsh ? ' by ssh' : ''}`);
      if (overSsh) await shutDownBySsh(environment, node, context.signal);
      else await (await context.hypervisor()).shutDownNode(node, { signal: context.signal });
    },
    confirmed: async (context) => (await control.read(context.signal)) === 'off',
  };
}
