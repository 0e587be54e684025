import { setTimeout as sleep } from 'node:timers/promises';
import { targetRoleCommand } from '../../platforms/pacemaker/commands.ts';
import { activeDomainsCommand, readNames } from '../../platforms/pacemaker/virsh.ts';
import type { CallOptions, Operation } from '../hypervisor.ts';
import { act, clusterError, CommandFailed, type PacemakerContext } from './context.ts';
import { managedGuest } from './guest-lookup.ts';
import { allow, begin, within, type OperationLog } from '../operation.ts';
import { readStatus } from './reading.ts';

const defaultTimeoutMs = 300_000;
const pollMs = 200;
const listTimeoutMs = 5000;

/** Nodes on which libvirt lists a domain; a node that does not answer is none. */
async function nodesOf(context: PacemakerContext, domain: string, signal: AbortSignal): Promise<string[]> {
  const answers = await context.fleet.each(activeDomainsCommand, { timeoutMs: listTimeoutMs, signal });
  return [...answers].flatMap(([node, answer]) => (!(answer instanceof Error) && readNames(answer.stdout).includes(domain) ? [node] : []));
}

async function reach(context: PacemakerContext, guest: { name: string; resource: string; domain: string }, wanted: 'Started' | 'Stopped', log: OperationLog, signal: AbortSignal): Promise<null> {
  let words = '';
  try {
    for (let asked = false; ; await sleep(pollMs, undefined, { signal })) {
      const found = (await readStatus(context, { signal })).resources.find((resource) => resource.id === guest.resource);
      words = `${found?.pending ?? found?.role ?? 'unknown'} on ${found?.nodes.join(', ') || 'no node'}`;
      log.add(words);
      const wish = found?.targetRole ?? 'Started';
      if (!asked && (wish === 'Stopped') !== (wanted === 'Stopped')) {
        await act(context, targetRoleCommand(guest.resource, wanted === 'Stopped' ? 'Stopped' : null), { signal }).catch((error: unknown) => {
          if (error instanceof CommandFailed) throw error; // a broken connection is answered by the next reading
        });
        asked = true;
        continue;
      }
      asked = false;
      if (found?.role !== wanted || found.pending !== null) continue;
      const places = await nodesOf(context, guest.domain, signal);
      if (places.length === (wanted === 'Started' ? 1 : 0)) return null;
    }
  } catch (error) {
    throw clusterError(`${guest.name} did not become ${wanted.toLowerCase()}: ${error instanceof CommandFailed ? error.message : words}.`, 'It is not as it was wanted.', `See "crm_resource --resource ${guest.resource} --why" on a node.`, wanted === 'Started' ? 'start' : 'stop', guest.name, error);
  }
}

/**
 * Starts a guest by taking back the wish that it be stopped, or stops it by that wish. A target-role of Started that stood
 * there before is not written again: it means the same as none.
 */
export async function changeRunState(context: PacemakerContext, name: string, wanted: 'Started' | 'Stopped', options?: CallOptions): Promise<Operation<null>> {
  const allowance = allow(options, defaultTimeoutMs, wanted === 'Started' ? 'start' : 'stop', name);
  const guest = await within(allowance, (signal) => managedGuest(context, name, wanted === 'Started' ? 'start' : 'stop', { signal }));
  return begin(`${guest.resource} target-role ${wanted}`, allowance, (log, signal) => reach(context, guest, wanted, log, signal));
}
