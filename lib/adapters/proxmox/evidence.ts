import { readTaskLog } from '../../platforms/proxmox/follow-task.ts';
import { cephStatus } from '../../platforms/proxmox/requests/ceph.ts';
import { clusterLog } from '../../platforms/proxmox/requests/cluster.ts';
import { haCurrent, haManagerStatus } from '../../platforms/proxmox/requests/ha.ts';
import { nodeTasks } from '../../platforms/proxmox/requests/tasks.ts';
import type { ListedTask } from '../../platforms/proxmox/requests/tasks.ts';
import { parseUpid } from '../../platforms/proxmox/upid.ts';
import { quoteEnd } from '../../record/scrub.ts';
import type { CallOptions, Evidence } from '../hypervisor.ts';
import { faultOf } from './context.ts';
import type { ProxmoxContext } from './context.ts';
import { readJournals } from './journals.ts';
import { quorateView } from './quorate-view.ts';

const clusterLogLines = 5000;
/** Of one node; each costs a request. The newest are kept. */
const mostTaskLogs = 40;
/** Longest text of one item, characters; its end is kept. */
const mostCharacters = 500_000;
/** Nodes' clocks may differ from ours by this, s: rather a few lines too many. */
const slackS = 10;

const item = (title: string, mediaType: string, text: string): Evidence => ({ title, mediaType, text: quoteEnd(text, mostCharacters) });
const iso = (second: number): string => new Date(second * 1000).toISOString();

/** What cannot be read is evidence too: it is said in the place of the text. */
async function orWhyNot(title: string, mediaType: string, work: () => Promise<string>, options: CallOptions): Promise<Evidence> {
  try {
    return item(title, mediaType, await work());
  } catch (error) {
    options.signal?.throwIfAborted();
    return item(title, 'text/plain', `(not read: ${(error as Error).message})`);
  }
}

function taskLine({ upid, type, id, user, startTime, endTime, status }: ListedTask): string {
  return `${iso(startTime)} ${type} ${id} by ${user}: ${endTime === null ? 'runs' : `${status ?? ''} at ${iso(endTime)}`} (${upid})`;
}

/** Tasks of a node since a moment with their whole logs. */
async function tasksOf({ client }: ProxmoxContext, node: string, sinceS: number, options: CallOptions): Promise<string> {
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  const tasks = (await client.read(nodeTasks(node, { since: sinceS }), signal)).toSorted((one, other) => one.startTime - other.startTime);
  const texts: string[] = [`Tasks of ${node} since ${iso(sinceS)}: ${tasks.length}`];
  for (const task of tasks.slice(-mostTaskLogs)) {
    const upid = parseUpid(task.upid);
    const log = upid === null ? [] : await readTaskLog(client, upid, 0, options.signal).catch((error: unknown) => {
      options.signal?.throwIfAborted();
      return [`(not read: ${(error as Error).message})`];
    });
    texts.push(taskLine(task), ...log.map((line) => `    ${line}`));
  }
  return texts.join('\n');
}

/** Asked of the node that had Ceph when it was last asked, which need not be an endpoint. */
async function cephNow({ client, ceph }: ProxmoxContext, signal: { signal?: AbortSignal }): Promise<unknown> {
  const node = ceph?.node ?? undefined;
  return node === undefined || client.endpoints.includes(node) ? client.read(cephStatus(), { ...signal, ...(node === undefined ? {} : { endpoint: node }) }) : client.read(cephStatus(node), signal);
}

/** Tasks with their logs, node by node, the cluster's log, HA as it is now, and Ceph where it is; through whichever endpoint has quorum. */
export async function gatherEvidence(context: ProxmoxContext, sinceWall: Date, options: CallOptions = {}): Promise<Evidence[]> {
  const { client, environment } = context;
  const sinceS = Math.floor(sinceWall.getTime() / 1000) - slackS;
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  try {
    const { membership, endpoint } = await quorateView(context, options);
    const ask = { ...signal, endpoint };
    const online = membership.nodes.map((node) => `${node.name}: ${node.online ? 'online' : 'offline'}`).join('\n');
    const journals = readJournals(context, sinceWall.getTime(), options);
    journals.catch(() => undefined);
    const told = await Promise.all([
      orWhyNot('HA now', 'application/json', async () => JSON.stringify({ current: await client.read(haCurrent(), ask), manager: await client.read(haManagerStatus(), ask) }, null, 2), options),
      orWhyNot('log of the cluster', 'text/plain', async () => (await client.read(clusterLog(clusterLogLines), ask)).filter(({ time }) => time >= sinceS).map(({ time, node, tag, user, text }) => `${iso(time)} ${node} ${tag} ${user}: ${text}`).join('\n'), options),
      Promise.resolve(item('members of the cluster', 'text/plain', `${membership.quorate ? 'with' : 'WITHOUT'} quorum, as ${endpoint} sees it\n${online}`)),
      ...membership.nodes.map(({ name }) => orWhyNot(`tasks of ${name}`, 'text/plain', () => tasksOf(context, name, sinceS, options), options)),
      ...(context.ceph === null ? [] : [orWhyNot('Ceph now', 'application/json', async () => JSON.stringify(await cephNow(context, signal), null, 2), options)]),
    ]);
    return [...told, ...(await journals)];
  } catch (error) {
    options.signal?.throwIfAborted();
    throw faultOf(error, 'evidence', environment.name, 'No evidence was gathered.');
  }
}
