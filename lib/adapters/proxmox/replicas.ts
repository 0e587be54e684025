import { guestConfig } from '../../platforms/proxmox/requests/guests.ts';
import { nodeReplication } from '../../platforms/proxmox/requests/nodes.ts';
import type { ReplicationState } from '../../platforms/proxmox/requests/nodes.ts';
import { listDisks, nodeStorages } from '../../platforms/proxmox/requests/storage.ts';
import type { GuestConfig } from '../../environment/environment.ts';
import { ProxmoxError } from '../../platforms/proxmox/proxmox-error.ts';
import type { CallOptions } from '../hypervisor.ts';
import type { Replica } from '../outcomes.ts';
import { allow, within } from '../operation.ts';
import { told } from './context.ts';
import type { ProxmoxContext } from './context.ts';
import { replicatedVolumes } from './guest-disks.ts';
import { quorateView } from './quorate-view.ts';

const timeoutMs = 90_000;
const phase = 'replication';
/** pvescheduler looks each minute for what is due; one more for a machine that is busy, s. */
const lateS = 120;

type Found = Replica['findings'][number];

/** Whether the last synchronisation went well, and the next one is not overdue. Pure. @param nowS s since 1970 */
export function timeliness({ lastSync, nextSync, failures, error, running }: Pick<ReplicationState, 'lastSync' | 'nextSync' | 'failures' | 'error' | 'running'>, nowS: number): Found[] {
  const ago = lastSync === null ? 'it was never synchronised' : `last synchronised ${Math.round(nowS - lastSync)} s ago`;
  const overdueS = nextSync === null ? null : Math.round(nowS - nextSync);
  const due = overdueS === null ? 'when it is due next is not told' : overdueS > 0 ? `due since ${overdueS} s` : `due in ${-overdueS} s`;
  return [
    { title: 'its last synchronisation ended well', ok: lastSync !== null && failures === 0 && error === null, detail: `${ago}${failures > 0 ? `; ${failures} failure(s) since` : ''}${error === null ? '' : `: ${error}`}` },
    { title: 'it is as recent as its schedule has it', ok: lastSync === null ? false : running ? true : overdueS === null ? null : overdueS <= lateS, detail: `${ago}; ${running ? 'it is being synchronised now' : due}` },
  ];
}

/** Whether the node that is to take over has every disk that only the guest's own node has otherwise. */
async function takeover({ client }: ProxmoxContext, { id, kind }: GuestConfig, node: string, target: string, signal: AbortSignal): Promise<Found> {
  const title = `${target} has its disks`;
  try {
    const [config, storages] = await Promise.all([client.read(guestConfig(node, kind, id, { current: true }), { signal }), client.read(nodeStorages(node), { signal })]);
    const own = replicatedVolumes(config).filter(({ storage }) => storages.find(({ name }) => name === storage)?.shared !== true);
    const there = new Set((await Promise.all([...new Set(own.map(({ storage }) => storage))].map((storage) => client.read(listDisks(target, storage, id), { signal })))).flat());
    const missing = own.filter(({ volume }) => !there.has(volume));
    if (own.length === 0) return { title, ok: false, detail: 'it has no disk that is replicated' };
    return { title, ok: missing.length === 0, detail: missing.length === 0 ? own.map(({ volume }) => volume).join(', ') : `${missing.map(({ volume }) => volume).join(', ')} is missing there` };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ProxmoxError)) throw error;
    return { title, ok: null, detail: error.message };
  }
}

/** Replicas of the guests of the environment file, as the nodes that make them say. Reads only. A node that is a member and silent throws. */
export async function readReplicas(context: ProxmoxContext, options?: CallOptions): Promise<Replica[]> {
  const { client, clock, environment } = context;
  return within(allow(options, timeoutMs, phase, environment.name), async (signal) => told((async () => {
    const { membership } = await quorateView(context, { signal });
    const online = membership.nodes.filter((node) => node.online).map(({ name }) => name);
    const jobs = await Promise.all(online.map(async (node) => (await client.read(nodeReplication(node), { signal })).map((job) => ({ node, job }))));
    return Promise.all(jobs.flat().flatMap(({ node, job }) => {
      const guest = environment.guests.find(({ id }) => id === job.guest);
      if (guest === undefined) return [];
      const nowS = clock.now() / 1000;
      return [takeover(context, guest, node, job.target, signal).then((found): Replica => ({
        guest: guest.name, from: node, to: job.target, ageMs: job.lastSync === null ? null : Math.max(0, (nowS - job.lastSync) * 1000),
        findings: [...timeliness(job, nowS), { title: `${job.target} is a member of the cluster`, ok: online.includes(job.target), detail: online.includes(job.target) ? 'it is' : 'it is offline' }, found],
      }))];
    }));
  })(), phase, environment.name, 'Nobody can tell how old the replicas are.'));
}
