import { tellsNothing } from '../../platforms/proxmox/proxmox-error.ts';
import type { HaCurrent, HaManager } from '../../platforms/proxmox/requests/ha.ts';
import { clusterOptions } from '../../platforms/proxmox/requests/cluster.ts';
import { haCurrent, haManagerStatus } from '../../platforms/proxmox/requests/ha.ts';
import { shutNodeDown } from '../../platforms/proxmox/requests/nodes.ts';
import { quote } from '../../record/scrub.ts';
import { SshError } from '../../transports/ssh-error.ts';
import { AdapterError } from '../adapter-error.ts';
import type { CallOptions } from '../hypervisor.ts';
import { allow, within } from '../operation.ts';
import { mayPass, told } from './context.ts';
import type { ProxmoxContext } from './context.ts';
import { refuse } from './guest-lookup.ts';
import { quorateView } from './quorate-view.ts';
import type { QuorateView } from './quorate-view.ts';

/** Two rounds of the manager and two of the resource manager until a wish is in force; on its end the guests go home. */
const drainTimeoutMs = 180_000;
const undrainTimeoutMs = 900_000;
const shutDownTimeoutMs = 40_000;
const commandTimeoutMs = 20_000;
const pollMs = 2000;
/** HA takes guests home by itself after a maintenance, beginning within a round or two of its manager (10 s each): calm for less proves nothing, ms. */
const calmMs = 30_000;

async function viewWith(context: ProxmoxContext, node: string, phase: string, signal: AbortSignal): Promise<QuorateView> {
  const view = await quorateView(context, { signal });
  if (!view.membership.nodes.some(({ name }) => name === node)) throw refuse('tool', phase, node, `The cluster knows no node "${node}".`, 'Correct nodes[].name in the environment file.');
  if (!view.membership.quorate) throw refuse('cluster', phase, node, 'No node that answers has quorum.', 'Bring nodes back until the cluster has it.');
  return view;
}

/**
 * Asks a node for a clean shutdown. There is no task, and it begins 2 s later; an answer that is lost is what a shutdown does to answers.
 * Under the policy `freeze` its guests would be kept from every other node for as long as it is off: that is told, and nobody is left without them.
 */
export async function shutDownNode(context: ProxmoxContext, node: string, options?: CallOptions): Promise<void> {
  const phase = 'shutdown';
  await within(allow(options, shutDownTimeoutMs, phase, node), async (signal) => told((async () => {
    const { membership } = await viewWith(context, node, phase, signal);
    const { shutdownPolicy } = await context.client.read(clusterOptions(), { signal });
    if (shutdownPolicy === 'freeze') throw refuse('cluster', phase, node, 'The shutdown policy of HA is "freeze": guests stay with a node that shuts down, and nobody serves them while it is off. It was not asked to.', 'Set shutdown_policy of HA to conditional, failover or migrate (Datacenter, Options), or take node-shutdown out of allow.faults.');
    // Through another node's endpoint, if there is one: its own may be gone before it has answered.
    const through = context.client.endpoints.find((endpoint) => endpoint !== node && membership.nodes.some(({ name, online }) => name === endpoint && online));
    await context.client.write(shutNodeDown(node, 'shutdown'), { signal, ...(through === undefined ? {} : { endpoint: through }) });
  })(), phase, node, 'It is as it was.'));
}

/** Whether a node is out of service: as the manager has it, and as its own resource manager has it. */
export function maintenanceOf(node: string, manager: HaManager, current: HaCurrent): 'in-force' | 'changing' | 'none' {
  const said = manager.nodes[node] === 'maintenance';
  const obeyed = current.lrms.some((lrm) => lrm.node === node && lrm.state === 'maintenance');
  return said && obeyed ? 'in-force' : said || obeyed ? 'changing' : 'none';
}

/** Gives the command to a node that has quorum. */
async function command(context: ProxmoxContext, node: string, drained: boolean, endpoint: string, phase: string, signal: AbortSignal): Promise<void> {
  const hosts = context.fleet?.hosts;
  if (hosts === undefined) throw refuse('tool', phase, node, 'The API of Proxmox VE has no call for maintenance, and the environment file gives no ssh.', 'Add ssh: { user: root, key, knownHosts }.');
  const words = ['ha-manager', 'crm-command', 'node-maintenance', drained ? 'enable' : 'disable', node];
  const host = hosts.get(endpoint) ?? [...hosts.values()].find(({ name }) => name !== node);
  if (host === undefined) throw refuse('tool', phase, node, `No node can be reached by ssh to give "${words.join(' ')}".`, 'Give nodes[].address and ssh.');
  try {
    const { code, stderr } = await host.exec(words, { timeoutMs: commandTimeoutMs, signal });
    if (code !== 0) throw new AdapterError({ message: `"${words.join(' ')}" on ${host.name} ended with status ${code}: ${quote(stderr.trim(), 400)}.`, blame: 'cluster', impact: `${node} is as it was.`, remedy: 'It must be run by root, on Proxmox VE 7.3 or newer.', phase, target: node });
  } catch (error) {
    signal.throwIfAborted();
    // A connection that broke is answered by the next reading: the command may be given twice.
    if (!(error instanceof SshError) || !error.unknownOutcome) throw error;
  }
}

/** Takes a node out of service, or back: only then when HA has carried home by itself what it had moved away. Idempotent. */
export async function setDrained(context: ProxmoxContext, node: string, drained: boolean, options?: CallOptions): Promise<void> {
  const { client, clock } = context;
  const phase = drained ? 'drain' : 'end of the drain';
  await within(allow(options, drained ? drainTimeoutMs : undrainTimeoutMs, phase, node), async (signal) => told((async () => {
    let asked = false;
    let calmSince: number | null = null;
    for (;;) {
      try {
        const { endpoint } = await viewWith(context, node, phase, signal);
        const [current, manager] = await Promise.all([client.read(haCurrent(), { signal, endpoint }), client.read(haManagerStatus(), { signal, endpoint })]);
        const now = maintenanceOf(node, manager, current);
        if (drained ? now === 'in-force' : now === 'none' && !asked) return;
        if (!asked) {
          await command(context, node, drained, endpoint, phase, signal);
          asked = true;
        }
        const isCalm = now === 'none' && current.services.every(({ state }) => !['migrate', 'relocate', 'starting', 'request_start', 'request_start_balance'].includes(state));
        calmSince = isCalm ? (calmSince ?? clock.now()) : null;
        if (!drained && calmSince !== null && clock.now() - calmSince >= calmMs) return;
      } catch (error) {
        signal.throwIfAborted();
        if (!mayPass(error) && !tellsNothing(error)) throw error;
      }
      await clock.sleep(pollMs, signal);
    }
  })(), phase, node, 'It may be half done.'));
}
