import { describe, expect, test } from 'vitest';
import { countLosses, readLossLogs, type LossLog } from './losses.ts';
import { serveForTest } from './testing.ts';

// That event 1135 names another node and never the node itself is documented, and that a node without quorum logs 1177; the logs and their moments are invented.

const aboutMs = 300_000;
const minute = 60_000;

/** Logs by reporter: whom it saw leave and when, and when it lost its own quorum. */
function counted(logs: Record<string, { saw?: readonly (readonly [node: string, atMs: number])[]; quorumLostMs?: readonly number[] }>): Record<string, number> {
  const read = Object.entries(logs).map(([reporter, { saw = [], quorumLostMs = [] }]): LossLog => ({ reporter, losses: saw.map(([node, atMs]) => ({ node, atMs })), quorumLostMs }));
  return Object.fromEntries(countLosses(read, aboutMs));
}

describe('how often a node was lost', () => {
  test('is told by the others, whose logs are of the same losses and are not added up', () => {
    expect(counted({ hv1: {}, hv2: { saw: [['hv1', 0], ['hv1', 20 * minute]] }, hv3: { saw: [['hv1', 1000], ['hv1', 20 * minute]] } })).toEqual({ hv1: 2 });
  });

  test('is what the log of one that was there each time has', () => {
    expect(counted({ hv1: { saw: [['hv2', 20 * minute]] }, hv2: { saw: [['hv1', 0]] }, hv3: { saw: [['hv1', 0], ['hv2', 20 * minute], ['hv1', 40 * minute]] } })).toEqual({ hv1: 2, hv2: 1 });
  });

  test('is not told by a node that was cut off, wherever its log stands: it saw all others leave, and they it alone', () => {
    const cut = { saw: [['hv1', 0], ['hv2', 0]] as const, quorumLostMs: [0] };
    expect(counted({ hv3: cut, hv1: { saw: [['hv3', 4 * minute]] }, hv2: { saw: [['hv3', 4 * minute]] } })).toEqual({ hv3: 1 });
    expect(counted({ hv3: { saw: cut.saw }, hv1: { saw: [['hv3', 4 * minute]] }, hv2: { saw: [['hv3', 4 * minute]] } })).toEqual({ hv3: 1 });
  });

  test('of two nodes is told by the one that kept its quorum, and of both where neither says that it lost it', () => {
    expect(counted({ hv1: { saw: [['hv2', 0]], quorumLostMs: [2000] }, hv2: { saw: [['hv1', 0]] } })).toEqual({ hv1: 1 });
    expect(counted({ hv1: { saw: [['hv2', 0]] }, hv2: { saw: [['hv1', 0]] } })).toEqual({ hv1: 1, hv2: 1 });
  });

  test('counts where others were lost soon after each other: each was seen to leave by all the rest', () => {
    expect(counted({ hv1: { saw: [['hv2', 3 * minute], ['hv3', 6 * minute]] }, hv2: { saw: [['hv1', 0], ['hv3', 6 * minute]] }, hv3: { saw: [['hv1', 0], ['hv2', 3 * minute]] } })).toEqual({ hv1: 1, hv2: 1, hv3: 1 });
  });

  test('counts where the last one of the cluster saw the rest leave and ended for want of quorum: nobody saw it leave', () => {
    expect(counted({ hv1: {}, hv2: {}, hv3: { saw: [['hv1', 0], ['hv2', 0]], quorumLostMs: [100] } })).toEqual({ hv1: 1, hv2: 1 });
  });
});

test('the moments in the logs are put on our clock, by how far that of each node is from it', async () => {
  const { cluster, context } = await serveForTest();
  const ahead = { hv1: 0, hv2: 7_200_000, hv3: -7_200_000 };
  cluster.intercept = (node) => {
    const now = Date.now() + ahead[node as keyof typeof ahead];
    const at = new Date(now - minute).toISOString();
    return { host: node.toUpperCase(), utc: new Date(now).toISOString(), data: { losses: { node: 'HV1.example.test', utc: at }, quorumLost: at } };
  };
  const { logs, unread } = await readLossLogs(context, 60, {});
  expect([logs.map(({ reporter, losses: [loss] }) => [reporter, loss?.node]), unread]).toEqual([[['hv1', 'hv1'], ['hv2', 'hv1'], ['hv3', 'hv1']], []]);
  for (const atMs of logs.flatMap(({ losses, quorumLostMs }) => [...losses.map((loss) => loss.atMs), ...quorumLostMs])) expect(Math.abs(Date.now() - minute - atMs)).toBeLessThan(30 * minute);
});
