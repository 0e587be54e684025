import type { SshHost } from '../../transports/ssh.ts';
import type { CallOptions, Evidence } from '../hypervisor.ts';
import { linesSince, spanOf, zoneMinutesOf } from '../log-lines.ts';
import type { NodeClock } from '../log-lines.ts';
import { readClock } from '../pacemaker/clock.ts';
import { newsOf } from '../pacemaker/news.ts';
import type { DatedLine } from '../pacemaker/news.ts';
import type { ProxmoxContext } from './context.ts';
import { journalAccount, journalNews } from './journal-news.ts';

const timeoutMs = 15_000;
/** Of the end of each journal. */
const mostLines = '4000';

const journals: readonly { title: string; select: readonly string[] }[] = [
  { title: 'HA', select: ['--unit', 'pve-ha-crm', '--unit', 'pve-ha-lrm', '--unit', 'watchdog-mux'] },
  { title: 'the cluster', select: ['--unit', 'corosync', '--unit', 'pve-cluster'] },
  { title: 'the kernel', select: ['--dmesg'] },
];

const unreadable = (title: string, error: Error): Evidence => ({ title, mediaType: 'text/plain', text: `could not be read: ${error.message}\n`, unreadable: error.message });

async function journalOf({ environment }: ProxmoxContext, host: SshHost, { title, select }: (typeof journals)[number], clock: NodeClock, sinceMs: number, signal: { signal?: AbortSignal }): Promise<Evidence> {
  // By the node's own clock, and a second earlier: the rest is left out by the stamps.
  const since = Math.floor((sinceMs + clock.offset.ms) / 1000) - 1;
  const { code, stdout, stderr } = await host.exec(['env', 'LC_ALL=C', 'journalctl', '--no-pager', '--quiet', '--output=short-iso-precise', '--since', `@${since}`, '--lines', mostLines, ...select], { timeoutMs, ...signal });
  if (code !== 0) throw new Error(stderr.trim() || `journalctl ended with status ${code}`);
  const nowMs = Date.now();
  const text = linesSince(stdout, sinceMs, clock, nowMs);
  const lines = text.split('\n').map((line): DatedLine => ({ line, span: spanOf(line, clock, nowMs) }));
  const guestOf = (id: string): string => environment.guests.find((guest) => guest.id === id)?.name ?? id;
  const whose = { node: host.name, log: title, guestOf };
  return {
    title: `Log of ${title} on ${host.name}`, mediaType: 'text/plain', text,
    news: [...journalNews(lines, whose, sinceMs), ...newsOf(lines, { ...whose, about: null, sinceMs })],
    account: journalAccount(lines, whose),
  };
}

/** Journals of HA, the cluster and the kernel on every node, over ssh; nothing where there is no way in. What cannot be read is there with the reason. */
export async function readJournals(context: ProxmoxContext, sinceMs: number, options: CallOptions = {}): Promise<Evidence[]> {
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  const found = await Promise.all([...(context.fleet?.hosts.values() ?? [])].map(async (host): Promise<Evidence[]> => {
    try {
      // A node that is busy just now is asked once more: without its clock nothing of its logs can be placed.
      const [offset, zone] = await Promise.all([readClock(host, signal).catch(() => readClock(host, signal)), host.exec(['date', '+%z'], { timeoutMs, ...signal })]);
      const clock = { offset, zoneMinutes: zoneMinutesOf(zone.stdout.trim()) };
      return await Promise.all(journals.map((journal) => journalOf(context, host, journal, clock, sinceMs, signal).catch((error: Error) => unreadable(`Log of ${journal.title} on ${host.name}`, error))));
    } catch (error) {
      return [unreadable(`Logs of ${host.name}`, error as Error)];
    }
  }));
  options.signal?.throwIfAborted();
  return found.flat();
}
