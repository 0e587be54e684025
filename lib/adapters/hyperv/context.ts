import type { z } from 'zod';
import type { Environment } from '../../environment/environment.ts';
import { scriptNamed, type ScriptName } from '../../platforms/hyperv/scripts.ts';
import type { ScriptValue } from '../../transports/powershell/payload.ts';
import { PowerShellError } from '../../transports/powershell/powershell-error.ts';
import { runPowerShell } from '../../transports/powershell/powershell.ts';
import type { SshFleet } from '../../transports/ssh.ts';
import { clockOffset, unsetWallMs } from '../clock-offset.ts';
import type { CallOptions, NodeState } from '../hypervisor.ts';
import { toolError, withSignal } from '../pacemaker/context.ts';

/** What the parts of this adapter share. */
export interface HypervContext {
  environment: Environment;
  fleet: SshFleet;
  /** Node that answered as a member of the cluster last: it is asked first. */
  preferred: string | null;
  /** Id of the virtual machine (lower case) by the name of its role. */
  machines: ReadonlyMap<string, string>;
  /** The report of Test-Cluster was given already. */
  reportGiven?: boolean;
  /** When each node was last heard to be a member, by its own clock. */
  memberAt?: Map<string, Date>;
}

/** What a script on a node gave, understood. */
export interface Reading<T> {
  node: string;
  value: T;
  computer: string;
  /** The moment of it by the node's own clock. */
  utc: Date;
  /** The node's clock minus ours; starting PowerShell takes a second, and its error is as large. */
  clock: NonNullable<NodeState['clockOffset']>;
}

export interface ScriptOptions extends CallOptions {
  parameters?: Readonly<Record<string, ScriptValue>>;
}

const defaultTimeoutMs = 30_000;
/** After this time without an answer the next node is asked as well, ms: a script takes a second or two. */
const hedgeAfterMs = 4000;

/**
 * Runs a script on one node.
 *
 * @throws SshError, PowerShellError; AdapterError when the environment file does not list the node.
 */
export async function runOn<T extends z.ZodType>(context: HypervContext, node: string, name: ScriptName, shape: T, options: ScriptOptions = {}): Promise<Reading<z.output<T>>> {
  const host = context.fleet.hosts.get(node);
  if (host === undefined) throw toolError(`The cluster has a node ${node} that the environment file does not list.`, 'It cannot be reached.', `Add ${node} with its address to nodes in the environment file.`, 'connecting', node);
  const before = unsetWallMs();
  const answer = await runPowerShell(host, scriptNamed(name), options.parameters ?? {}, { timeoutMs: options.timeoutMs ?? defaultTimeoutMs, ...withSignal(options) });
  const after = unsetWallMs();
  const read = shape.safeParse(answer.data);
  if (!read.success) throw new PowerShellError('shape', node, name, `"${name}" on ${node} answered something that is not understood: ${read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).slice(0, 3).join('; ')}`, { noise: answer.noise });
  return { node, value: read.data, computer: answer.computer, utc: answer.utc, clock: clockOffset(answer.utc.getTime(), before, after) };
}

/** Runs a script on every node at once; a node that fails is an Error in the map, and delays nobody. */
export async function runOnEach<T extends z.ZodType>(context: HypervContext, name: ScriptName, shape: T, options: ScriptOptions = {}): Promise<Map<string, Reading<z.output<T>> | Error>> {
  const nodes = [...context.fleet.hosts.keys()];
  const answers = await Promise.all(nodes.map((node) => runOn(context, node, name, shape, options).catch((error: Error) => error)));
  options.signal?.throwIfAborted();
  return new Map(nodes.map((node, index) => [node, answers[index] ?? new Error(`${node} was not asked`)]));
}

/** Asks one member of the cluster what changes nothing; one that is slow or fails costs little, and the next one is asked. */
export async function askMember<T extends z.ZodType>(context: HypervContext, name: ScriptName, shape: T, options: ScriptOptions = {}): Promise<Reading<z.output<T>>> {
  const enough = new AbortController();
  const signal = options.signal === undefined ? enough.signal : AbortSignal.any([options.signal, enough.signal]);
  const nodes = [...context.fleet.hosts.keys()].toSorted((one, other) => Number(other === context.preferred) - Number(one === context.preferred) || Number(context.fleet.unreachable().has(one)) - Number(context.fleet.unreachable().has(other)));
  const errors: Error[] = [];
  const asked: Promise<Reading<z.output<T>> | null>[] = [];
  try {
    for (const node of nodes) {
      const attempt = runOn(context, node, name, shape, { ...options, signal }).catch((error: Error) => {
        errors.push(error);
        return null;
      });
      asked.push(attempt);
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise<null>((resolve) => (timer = setTimeout(resolve, hedgeAfterMs, null)));
      const first = await Promise.race([...asked.map((one) => one.then((reading) => reading ?? new Promise<null>(() => undefined))), Promise.race([attempt, patience])]);
      clearTimeout(timer);
      options.signal?.throwIfAborted();
      if (first !== null) return remember(context, first);
    }
    const late = (await Promise.all(asked)).find((reading) => reading !== null);
    options.signal?.throwIfAborted();
    if (late === undefined || late === null) throw new AggregateError(errors, errors.map((error) => error.message).join('; ') || 'There is no node to ask.');
    return remember(context, late);
  } finally {
    enough.abort();
  }
}

function remember<T>(context: HypervContext, reading: Reading<T>): Reading<T> {
  context.preferred = reading.node;
  return reading;
}
