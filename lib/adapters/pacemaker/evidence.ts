import { healthDetailCommand } from '../../platforms/ceph/commands.ts';
import { crmMonCommand } from '../../platforms/pacemaker/crm-mon.ts';
import type { SshHost } from '../../transports/ssh.ts';
import type { CallOptions, Evidence } from '../hypervisor.ts';
import { readClock } from './clock.ts';
import { ask, withSignal, type PacemakerContext } from './context.ts';
import { linesSince, spanOf, zoneMinutesOf, type NodeClock } from '../log-lines.ts';
import { logs, readLog, type LogSource } from './logs.ts';
import { accountOf, newsOf, type DatedLine } from './news.ts';

const timeoutMs = 10_000;

/** The clock of a node as its logs show it. */
async function clockOf(host: SshHost, signal: { signal?: AbortSignal }): Promise<NodeClock> {
  const [offset, zone] = await Promise.all([readClock(host, signal), host.exec(['date', '+%z'], { timeoutMs, ...signal })]);
  return { offset, zoneMinutes: zoneMinutesOf(zone.stdout.trim()) };
}

interface Asked {
  context: PacemakerContext;
  host: SshHost;
  clock: NodeClock;
  sinceMs: number;
  signal: { signal?: AbortSignal };
}

/** A log of a node from a moment on, with the bad news and the account of a recovery in it. Null: the node keeps no such log. */
async function evidenceOf(log: LogSource, { context, host, clock, sinceMs, signal }: Asked): Promise<Evidence | null> {
  const parts = await readLog(host, log, sinceMs, signal);
  if (parts === null) return null;
  const nowMs = Date.now();
  const dated = parts.map(({ about, text }) => {
    const lines = linesSince(text, sinceMs, clock, nowMs);
    let last: DatedLine['span'] = null;
    const datedLines = lines.split('\n').map((line): DatedLine => {
      const span = spanOf(line, clock, nowMs) ?? (log.hasLastWords === true ? last : null);
      last = span;
      return { line, span };
    });
    return { about, lines, dated: datedLines };
  });
  const guestOf = (resource: string): string | null => (context.guests.resources().includes(resource) ? context.guests.byResource(resource).name : null);
  return {
    title: `Log of ${log.title} on ${host.name}`,
    mediaType: 'text/plain',
    text: dated.map(({ about, lines }) => (about === null ? lines : `${about}\n${lines}`)).join('\n'),
    news: dated.flatMap(({ about, dated: lines }) => newsOf(lines, { node: host.name, log: log.title, about, sinceMs })),
    account: log.tellsRecovery ? dated.flatMap(({ dated: lines }) => accountOf(lines, { node: host.name, log: log.title, guestOf })) : [],
  };
}

/** The logs of one node. What cannot be read is there with the reason. */
async function logsOf(context: PacemakerContext, host: SshHost, sinceMs: number, signal: { signal?: AbortSignal }): Promise<Evidence[]> {
  const unreadable = (title: string, error: Error): Evidence => ({ title, mediaType: 'text/plain', text: `could not be read: ${error.message}\n`, unreadable: error.message });
  const clock = await clockOf(host, signal).catch((error: Error) => error);
  if (clock instanceof Error) return [unreadable(`Logs of ${host.name}`, clock)];
  const kept = logs.filter((log) => context.hasStorage || !log.ofStorage);
  const found = await Promise.all(kept.map((log) => evidenceOf(log, { context, host, clock, sinceMs, signal }).catch((error: Error) => unreadable(`Log of ${log.title} on ${host.name}`, error))));
  return found.filter((item) => item !== null);
}

/** Logs of all nodes that answer, and the cluster's state. What cannot be read is left out and said so. */
export async function gatherEvidence(context: PacemakerContext, since: Date, options?: CallOptions): Promise<Evidence[]> {
  const signal = withSignal(options);
  const question = async (title: string, mediaType: string, argv: readonly string[], hedgeMs: number): Promise<Evidence> => {
    const text = await ask(context, argv, { timeoutMs, hedgeMs, ...signal }).then((answer) => answer.stdout, (error: Error) => `could not be read: ${error.message}\n`);
    return { title, mediaType, text };
  };
  const [states, ofNodes] = await Promise.all([
    Promise.all([
      question('State of Pacemaker', 'application/xml', crmMonCommand, 400),
      question('Fencing history', 'application/xml', ['stonith_admin', '--history', '*', '--output-as=xml'], 1000),
      ...(context.hasStorage ? [question('Health of Ceph', 'text/plain', healthDetailCommand, 6000)] : []),
    ]),
    Promise.all([...context.fleet.hosts.values()].map(async (host) => logsOf(context, host, since.getTime(), signal))),
  ]);
  options?.signal?.throwIfAborted();
  return [...states.filter((item) => item.text.trim() !== ''), ...ofNodes.flat()];
}
