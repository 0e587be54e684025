import { afterEach, describe, expect, test } from 'vitest';
import { replay } from '../../platforms/proxmox/testing/replay.ts';
import { readTimeline } from '../../platforms/proxmox/testing/timeline.ts';
import { wholeness } from '../../safety/invariants.ts';
import { runsElsewhere } from '../../scenario/runs-elsewhere.ts';
import { takeSnapshot } from './snapshot.ts';
import { environment, replayedCluster } from './testing.ts';
import type { ReplayedCluster } from './testing.ts';

/** The recorded courses, read as a row reads them: snapshots of the adapter, second by second, and the rows' own judgement of them. */

let replayed: ReplayedCluster;
afterEach(() => replayed.close());

/** Seconds between readings while nothing is expected to change; around the changes every second is read. */
const strideS = 7;

describe.each([
  { file: 'timeline-poweroff.txt', lost: 'pve3', to: 'pve1', sudden: true, endS: 200 },
  { file: 'timeline-linkcut.txt', lost: 'pve1', to: 'pve2', sudden: true, endS: 280 },
  { file: 'timeline-shutdown.txt', lost: 'pve1', to: 'pve2', sudden: false, endS: 200 },
])('$file', ({ file, lost, to, sudden, endS }) => {
  const timeline = readTimeline(file);
  const faultS = timeline.marks[0]?.atS ?? expect.fail('the timeline has no mark');
  const process = replay(timeline, 100, sudden ? { node: lost, atS: faultS } : null).process;
  const startS = Array.from({ length: endS }, (_, second) => second).find((second) => process(second)?.node === to) ?? expect.fail('the guest was never started elsewhere');

  test('recovery is seen in the second in which the process is there, on the node where it is, never before, and stands', async () => {
    replayed = await replayedCluster(file, sudden ? lost : null);
    const { clock, cluster, context } = replayed;
    if (sudden) await cluster.setEndpoint(lost, 'refused');
    const seen: { second: number; running: boolean | null; on: string[] }[] = [];
    for (let second = Math.ceil(faultS) + 1; second <= endS; second += Math.abs(second - startS) <= strideS || second < faultS + 20 ? 1 : strideS) {
      clock.advance(second * 1000 - clock.now());
      const snapshot = await takeSnapshot(context, 'membership');
      seen.push({ second, running: runsElsewhere(snapshot, 'web', lost), on: snapshot.guests[0]?.runningOn.filter((node) => node !== lost) ?? [] });
    }
    expect(seen.filter(({ second, running }) => running !== second >= startS)).toEqual([]);
    expect(seen.filter(({ second, on }) => second >= startS && on.join() !== to)).toEqual([]);
  });

  test('the cluster is not called whole until HA confirmed the start, on a member with quorum', async () => {
    replayed = await replayedCluster(file, sudden ? lost : null);
    const { clock, cluster, context } = replayed;
    if (sudden) await cluster.setEndpoint(lost, 'refused');
    const confirmedS = Array.from({ length: endS - startS + 1 }, (_, after) => startS + after).find((second) => (timeline.at('ha', second) as { id: string; node: string; state?: string }[]).some(({ id, node, state }) => id === 'service:vm:100' && node === to && state === 'started')) ?? expect.fail('HA never confirmed it');
    const whole: number[] = [];
    for (let second = Math.ceil(faultS) + 1; second < confirmedS; second += strideS) {
      // An orderly shutdown leaves the guest alone at first.
      if (process(second)?.node === lost) continue;
      clock.advance(second * 1000 - clock.now());
      // A cluster that cannot be read is not whole either.
      const snapshot = await takeSnapshot(context, 'full').catch(() => null);
      if (snapshot !== null && wholeness(snapshot, environment).every(({ ok, title }) => ok === true || title.startsWith('clock of '))) whole.push(second);
    }
    expect(whole).toEqual([]);
  });
});
