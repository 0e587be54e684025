import { lossesReading } from '../../platforms/hyperv/readings.ts';
import type { CallOptions } from '../hypervisor.ts';
import { runOnEach, type HypervContext } from './context.ts';
import { nodeName } from './membership.ts';

/** What the log of one node says of nodes that were lost, ms since the epoch by our clock. */
export interface LossLog {
  reporter: string;
  losses: readonly { node: string; atMs: number }[];
  /** When its own cluster service ended for want of quorum. */
  quorumLostMs: readonly number[];
}

/** The logs of all nodes, and those that could not be read. */
export interface LossLogs {
  logs: LossLog[];
  unread: { node: string; why: string }[];
}

/** Reads on every node whom it saw leave without a word within so many minutes (event 1135, which names others and never the node itself). */
export async function readLossLogs(context: HypervContext, minutes: number, options: CallOptions): Promise<LossLogs> {
  const answers = [...(await runOnEach(context, 'read-losses', lossesReading, { ...options, parameters: { Minutes: minutes } }))];
  return {
    logs: answers.flatMap(([reporter, answer]) => {
      if (answer instanceof Error) return [];
      const ours = (utc: Date): number => utc.getTime() - answer.clock.ms;
      return [{ reporter, losses: answer.value.losses.map(({ node, utc }) => ({ node: nodeName(context, node), atMs: ours(utc) })), quorumLostMs: answer.value.quorumLost.map(ours) }];
    }),
    unread: answers.flatMap(([node, answer]) => (answer instanceof Error ? [{ node, why: answer.message }] : [])),
  };
}

/**
 * How often each node was lost, by the log of another node that has most. Pure.
 *
 * A node that is cut off writes down the loss of all others, which were not lost. So a loss is left out where more nodes wrote down that
 * of its reporter at about the same time, and where they are as many (two nodes, or two halves) and the reporter lost its quorum then and
 * the other did not. A node that was lost indeed is named by all the rest, and stays counted.
 *
 * @param aboutMs how long after each other two nodes may write down one and the same parting
 */
export function countLosses(logs: readonly LossLog[], aboutMs: number): Map<string, number> {
  const isAbout = (one: number, other: number): boolean => Math.abs(one - other) <= aboutMs;
  const reportersOf = (node: string, atMs: number): number => logs.filter(({ reporter, losses }) => reporter !== node && losses.some((loss) => loss.node === node && isAbout(loss.atMs, atMs))).length;
  const lostQuorum = (node: string, atMs: number): boolean => logs.some(({ reporter, quorumLostMs }) => reporter === node && quorumLostMs.some((moment) => isAbout(moment, atMs)));
  const isBelieved = (reporter: string, { node, atMs }: LossLog['losses'][number]): boolean => {
    const [against, beside] = [reportersOf(reporter, atMs), reportersOf(node, atMs)];
    return against < beside || (against === beside && !(lostQuorum(reporter, atMs) && !lostQuorum(node, atMs)));
  };
  const counts = new Map<string, number>();
  for (const { reporter, losses } of logs) {
    const believed = losses.filter((loss) => loss.node !== reporter && isBelieved(reporter, loss));
    for (const node of new Set(believed.map((loss) => loss.node))) counts.set(node, Math.max(counts.get(node) ?? 0, believed.filter((loss) => loss.node === node).length));
  }
  return counts;
}
