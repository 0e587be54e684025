import { healthDetailCommand } from '../../platforms/ceph/commands.ts';
import { crmMonCommand } from '../../platforms/pacemaker/crm-mon.ts';
import type { SshHost } from '../../transports/ssh.ts';
import type { CallOptions, Hypervisor } from '../hypervisor.ts';
import { ask, withSignal, type PacemakerContext } from './context.ts';
import { linesSince } from './lines-since.ts';

type Evidence = Awaited<ReturnType<Hypervisor['evidence']>>;

const timeoutMs = 10_000;
/** At most this much of the end of each log. */
const tailBytes = '400000';

/** Where Debian and RHEL keep the logs; without a file the journal of the unit is read. */
const logs = [
  { title: 'Pacemaker', unit: 'pacemaker', paths: ['/var/log/pacemaker/pacemaker.log', '/var/log/pacemaker.log'] },
  { title: 'corosync', unit: 'corosync', paths: ['/var/log/corosync/corosync.log', '/var/log/cluster/corosync.log'] },
] as const;

async function readLog(host: SshHost, log: (typeof logs)[number], since: Date, options: { signal?: AbortSignal }): Promise<string> {
  const limits = { timeoutMs, ...options };
  const seconds = `@${Math.floor(since.getTime() / 1000)}`;
  for (const path of log.paths) {
    const { code, stdout } = await host.exec(['tail', '-c', tailBytes, '--', path], limits);
    if (code !== 0) continue;
    const local = await host.exec(['env', 'LC_ALL=C', 'date', '-d', seconds, '+%b %d %H:%M:%S'], limits);
    return linesSince(stdout, local.stdout.trim());
  }
  const { code, stdout } = await host.exec(['journalctl', '--no-pager', '--quiet', '--unit', log.unit, '--since', seconds, '--lines', '4000'], limits);
  return code === 0 ? stdout : '';
}

/** Logs of all nodes that answer, and the cluster's state. What cannot be read is left out and said so. */
export async function gatherEvidence(context: PacemakerContext, since: Date, options?: CallOptions): Promise<Evidence> {
  const signal = withSignal(options);
  const question = async (title: string, mediaType: string, argv: readonly string[], hedgeMs: number): Promise<Evidence[number]> => {
    const text = await ask(context, argv, { timeoutMs, hedgeMs, ...signal }).then((answer) => answer.stdout, (error: Error) => `could not be read: ${error.message}\n`);
    return { title, mediaType, text };
  };
  const ofNodes = [...context.fleet.hosts.values()].flatMap((host) => logs.map(async (log): Promise<Evidence[number]> => {
    const text = await readLog(host, log, since, signal).catch((error: Error) => `could not be read: ${error.message}\n`);
    return { title: `Log of ${log.title} on ${host.name}`, mediaType: 'text/plain', text };
  }));
  const found = await Promise.all([
    question('State of Pacemaker', 'application/xml', crmMonCommand, 400),
    question('Fencing history', 'application/xml', ['stonith_admin', '--history', '*', '--output-as=xml'], 1000),
    ...(context.hasStorage ? [question('Health of Ceph', 'text/plain', healthDetailCommand, 6000)] : []),
    ...ofNodes,
  ]);
  options?.signal?.throwIfAborted();
  return found.filter((item) => item.text.trim() !== '');
}
