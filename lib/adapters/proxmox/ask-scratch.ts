import { ProxmoxError, tellsNothing } from '../../platforms/proxmox/proxmox-error.ts';
import { agentExec, agentExecStatus, agentPing } from '../../platforms/proxmox/requests/agent.ts';
import { listedGuestsOfCluster } from '../../platforms/proxmox/requests/cluster.ts';
import { guestNow } from '../../platforms/proxmox/requests/guests.ts';
import { SshError } from '../../transports/ssh-error.ts';
import type { CallOptions } from '../hypervisor.ts';
import { allow, within } from '../operation.ts';
import type { Unasked } from '../outcomes.ts';
import { mayPass, told } from './context.ts';
import type { ProxmoxContext } from './context.ts';
import { quorateView } from './quorate-view.ts';
import { scratchIdOf } from './scratch-guest.ts';

const timeoutMs = 60_000;
/** Of the program in the guest, s. */
const askSeconds = 5;
const programTimeoutMs = 20_000;
const pollMs = 500;
const phase = 'ask scratch guest';
/** What the agent says while a guest boots, or has no agent, or has just stopped. */
const notYet = new Set(['agent-silent', 'guest-off', 'guest-not-here', 'locked']);

/**
 * Asks a service inside the guest on the guest's own loopback, because it has no network; with whatever client it has. Arguments: seconds, host,
 * port, URL with 127.0.0.1.
 */
const fetchInside = 'if command -v curl > /dev/null 2>&1; then exec curl --silent --fail --max-time "$1" --header "Host: $2" -- "$3"; else exec wget -q -O - -T "$1" --header "Host: $2" "$3"; fi';

/** What the scratch guest says; null while it says nothing. */
type Word = string | Unasked | null;

interface Scratch {
  node: string;
  kind: 'vm' | 'container';
  vmid: string;
}

async function scratchOf(context: ProxmoxContext, name: string, signal: AbortSignal): Promise<Scratch | null> {
  const id = context.environment.guests.find((guest) => guest.name === name)?.id ?? '';
  const { endpoint } = await quorateView(context, { signal });
  const vmid = scratchIdOf(id);
  const row = (await context.client.read(listedGuestsOfCluster(), { signal, endpoint })).find((guest) => guest.id === vmid);
  return row === undefined ? null : { node: row.node, kind: row.kind, vmid };
}

/** What it prints in a VM, run by its agent; null when it ended badly. Its end can be read once only. */
async function byAgent({ client, clock, major }: ProxmoxContext, { node, vmid }: Scratch, argv: readonly string[], signal: AbortSignal): Promise<Word> {
  const begun = await client.write(agentExec(node, vmid, argv, major), { signal });
  if (begun.outcome === 'unknown') return { unasked: begun.why };
  for (const until = clock.now() + programTimeoutMs; clock.now() < until; await clock.sleep(pollMs, signal)) {
    const status = await client.write(agentExecStatus(node, vmid, begun.value), { signal });
    if (status.outcome === 'unknown') return { unasked: status.why };
    if (status.value.exited) return status.value.exitCode === 0 && !status.value.truncated ? status.value.stdout : null;
  }
  return null;
}

/** The same in a container. A program that does not end on a connection that stands is the container's own silence. */
async function inContainer({ fleet }: ProxmoxContext, { node, vmid }: Scratch, argv: readonly string[], signal: AbortSignal): Promise<Word> {
  const host = fleet?.hosts.get(node);
  if (host === undefined) return { unasked: `There is no way into ${node} by ssh.` };
  try {
    const { code, stdout } = await host.exec(['pct', 'exec', vmid, '--', ...argv], { timeoutMs: programTimeoutMs, signal });
    return code === 0 ? stdout : null;
  } catch (error) {
    signal.throwIfAborted();
    return error instanceof SshError && error.kind === 'timeout' ? null : { unasked: (error as Error).message };
  }
}

/** Something asked of the scratch guest, which may not be up yet: then null. */
async function asked(context: ProxmoxContext, name: string, options: CallOptions | undefined, ask: (scratch: Scratch, signal: AbortSignal) => Promise<Word>): Promise<Word> {
  return within(allow(options, timeoutMs, phase, name), async (signal) => told((async () => {
    try {
      const scratch = await scratchOf(context, name, signal);
      return scratch === null ? null : await ask(scratch, signal);
    } catch (error) {
      if (error instanceof ProxmoxError && notYet.has(error.kind)) return null;
      if (error instanceof ProxmoxError && (mayPass(error) || tellsNothing(error))) return { unasked: error.message };
      throw error;
    }
  })(), phase, name, 'Nobody can tell whether it boots.'));
}

/** What the scratch guest answers to a GET of the URL, asked inside it; null while it does not answer. */
export async function askScratch(context: ProxmoxContext, name: string, url: string, options?: CallOptions): Promise<Word> {
  return asked(context, name, options, async (scratch, signal) => {
    const inside = new URL(url);
    const { host } = inside;
    inside.hostname = '127.0.0.1';
    const argv = ['/bin/sh', '-c', fetchInside, 'sh', String(askSeconds), host, inside.href];
    return scratch.kind === 'vm' ? byAgent(context, scratch, argv, signal) : inContainer(context, scratch, argv, signal);
  });
}

/** The scratch guest's own word that it has booted: its agent answers, or in a container a program runs. Null while there is none. */
export async function scratchAlive(context: ProxmoxContext, name: string, options?: CallOptions): Promise<Word> {
  return asked(context, name, options, async (scratch, signal) => {
    const { node, kind, vmid } = scratch;
    if (!(await context.client.read(guestNow(node, kind, vmid), { signal })).running) return null;
    if (kind === 'container') {
      const word = await inContainer(context, scratch, ['/bin/sh', '-c', 'echo up'], signal);
      return typeof word === 'string' ? `a program ran in ${vmid} on ${node}` : word;
    }
    await context.client.read(agentPing(node, vmid), { signal });
    return `the agent of ${vmid} on ${node} answers`;
  });
}
