import type { z } from 'zod';
import type { Environment, ParentHost, SshLogin } from '../environment/environment.ts';
import type { PowerShellScript, ScriptValue } from '../transports/powershell/payload.ts';
import { PowerShellError } from '../transports/powershell/powershell-error.ts';
import { runPowerShell } from '../transports/powershell/powershell.ts';
import { openFleet } from '../transports/ssh-fleet.ts';
import type { SshHost } from '../transports/ssh.ts';

/** How long a machine may take to let us in, ms. */
const connectTimeoutMs = 10_000;

/** A machine that is reached by ssh past the cluster. */
export interface Way {
  /** For messages. */
  name: string;
  address: string;
  port?: number;
  login: SshLogin;
}

/**
 * Uses a connection of its own to one machine: a hand is worked from processes that come and go, and must not trust one that was made
 * before the fault.
 *
 * @throws SshError when the machine does not let us in
 */
export async function onHost<T>({ name, address, port, login }: Way, signal: AbortSignal, use: (host: SshHost) => Promise<T>): Promise<T> {
  const fleet = openFleet([{ name, address, ...(port === undefined ? {} : { port }) }], { user: login.user, port: login.port, key: login.key.reveal(), knownHosts: login.knownHosts.reveal() }, { signal, connectTimeoutMs });
  try {
    const host = fleet.hosts.get(name);
    if (host === undefined) throw new Error(`There is no connection to "${name}".`);
    return await use(host);
  } finally {
    await fleet.close();
  }
}

/** The way to the host of which a node is a guest. @throws Error when neither the hand nor the file has a login */
export function wayToParent(environment: Environment, hand: ParentHost): Way {
  const login = hand.ssh ?? environment.ssh;
  if (login === undefined) throw new Error(`The host ${hand.host} is to be reached by ssh, and ${environment.source.path} does not say how. Add ssh: { user: ..., key: "file:...", knownHosts: "file:..." } to the hand.`);
  return { name: hand.host, address: hand.host, login };
}

/**
 * Runs a script on a Windows machine over a connection of its own.
 *
 * @throws SshError, PowerShellError; also when the answer is not of the shape
 */
export async function askWindows<T extends z.ZodType>(way: Way, script: PowerShellScript, shape: T, options: { parameters: Readonly<Record<string, ScriptValue>>; timeoutMs: number; signal: AbortSignal }): Promise<z.output<T>> {
  const { parameters, timeoutMs, signal } = options;
  const { data, noise } = await onHost(way, signal, async (host) => runPowerShell(host, script, parameters, { timeoutMs, signal }));
  const read = shape.safeParse(data);
  if (!read.success) throw new PowerShellError('shape', way.name, script.name, `"${script.name}" on ${way.name} answered something that is not understood: ${read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).slice(0, 3).join('; ')}`, { noise });
  return read.data;
}
