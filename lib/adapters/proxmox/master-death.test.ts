import { afterEach, describe, expect, test } from 'vitest';
import { endAll, play, processOf, serviceOf } from '../../platforms/proxmox/testing/model/play.ts';
import type { Played } from '../../platforms/proxmox/testing/model/play.ts';
import type { WorldOptions } from '../../platforms/proxmox/testing/model/create-world.ts';
import type { Snapshot } from '../hypervisor.ts';
import { expectedRecovery } from './expected-recovery.ts';
import { liveMigrate } from './live-migrate.ts';
import { takeSnapshot } from './snapshot.ts';
import { contextOfModel } from './testing.ts';

afterEach(endAll);

interface Reading {
  sinceS: number;
  snapshot: Snapshot;
  web: Snapshot['guests'][number] | undefined;
  coordinator: string | undefined;
  /** Where its process was, before and after the reading. */
  process: (string | null)[];
}

/** The node of the HA manager, pve1, loses its power, and with it the endpoint that was asked first. What the adapter reads every 4 s until `until`. */
async function course(played: Played, until: (reading: Reading) => boolean): Promise<Reading[]> {
  const { cluster: { world, power }, pass } = played;
  const context = contextOfModel(played);
  context.client.prefer('pve1');
  await power('pve1', 'off');
  const faultS = world.nowS;
  const readings: Reading[] = [];
  for (;;) {
    const before = processOf(played);
    const snapshot = await takeSnapshot(context, 'membership');
    const reading = { sinceS: world.nowS - faultS, snapshot, web: snapshot.guests[0], coordinator: snapshot.nodes.find(({ role }) => role === 'coordinator')?.name, process: [before, processOf(played)] };
    readings.push(reading);
    if (until(reading)) return readings;
    expect(reading.sinceS).toBeLessThan(600);
    await pass(4);
  }
}

const onMaster: WorldOptions['guests'] = [{ vmid: '100', node: 'pve1' }];
const isBack = ({ web }: Reading): boolean => web?.haState === 'started' && web.runningOn.some((node) => node !== 'pve1');

describe.each([['at its usual pace', false], ['on the slow path, where the node that starts it waits for its own lock', true]])('the manager\'s node dies with the guest on it, %s', (_pace, slow) => {
  test('it is never called running before it runs, nor the dead manager alive, and is back within what the constants add up to', async () => {
    const played = await play({ guests: onMaster });
    for (const node of played.cluster.world.nodes.values()) node.slowLock = slow;
    const readings = await course(played, isBack);
    for (const { sinceS, web, process } of readings) {
      for (const node of web?.runningOn ?? []) expect([sinceS, process]).toEqual([sinceS, expect.arrayContaining([node])]);
      // "started on pve1" is only a dead manager's memory once the membership is without pve1.
      if (sinceS > 12 && web?.assignedTo === 'pve1') expect([sinceS, web.haState]).not.toEqual([sinceS, 'started']);
    }
    expect(readings.every(({ snapshot }) => snapshot.quorate === true)).toBe(true);
    const last = readings.at(-1);
    const { loMs, hiMs, slowHiMs, waitMs } = expectedRecovery('coordinator', 0);
    expect(last?.sinceS).toBeGreaterThan((slow ? hiMs : loMs) / 1000);
    expect(last?.sinceS).toBeLessThan((slow ? slowHiMs : hiMs) / 1000);
    expect(waitMs).toBeGreaterThan(slowHiMs);
    expect(last?.snapshot.nodes.find(({ name }) => name === 'pve1')).toMatchObject({ online: false, unclean: false });
  });
});

test('between two managers there is none: then another node decides, counts the fence delay anew, and only then is the dead node given up', async () => {
  const readings = await course(await play({ guests: onMaster }), isBack);
  const names = readings.map(({ coordinator }) => coordinator);
  expect(names.filter((name, index) => index === 0 || name !== names[index - 1])).toEqual(['pve1', undefined, expect.stringMatching(/^pve[23]$/)]);
  const electedS = readings.find(({ coordinator }) => coordinator !== undefined && coordinator !== 'pve1')?.sinceS ?? 0;
  expect(electedS).toBeGreaterThan(110);
  const isUnclean = ({ snapshot }: Reading): boolean => snapshot.nodes.some(({ name, unclean }) => name === 'pve1' && unclean);
  const unclean = readings.filter(isUnclean).map(({ sinceS }) => sinceS);
  expect(unclean[0]).toBeLessThan(20);
  expect((unclean.at(-1) ?? 0) - electedS).toBeGreaterThan(50);
});

test('a manager\'s node that is back before another one is elected goes on deciding, and starts its guest anew: nothing was failed over', async () => {
  const played = await play({ guests: onMaster });
  const before = played.cluster.world.guests.get('100')?.process?.boot;
  let isOn = false;
  const readings = await course(played, ({ sinceS, web }) => {
    if (sinceS >= 4 && !isOn) {
      isOn = true;
      void played.cluster.power('pve1', 'on');
    }
    return sinceS > 12 && web?.haState === 'started' && web.runningOn.length > 0;
  });
  expect(readings.at(-1)).toMatchObject({ coordinator: 'pve1', web: { assignedTo: 'pve1', runningOn: ['pve1'] } });
  expect(readings.map(({ web }) => web?.runningOn.join())).not.toContain('pve2');
  expect(played.cluster.world.guests.get('100')?.process?.boot).not.toBe(before);
  for (const { web, process } of readings) for (const node of web?.runningOn ?? []) expect(process).toContain(node);
});

test('a guest elsewhere is not touched; a move that is asked for while there is no manager waits in the queue, is not called refused, and is followed to its end by the next one', async () => {
  const played = await play({ guests: [{ vmid: '100', node: 'pve3' }] });
  const { cluster: { world, power }, pass } = played;
  const boot = world.guests.get('100')?.process?.boot;
  await power('pve1', 'off');
  await pass(40);
  expect(processOf(played)).toBe('pve3');
  const { done } = await liveMigrate(contextOfModel(played), 'web', 'pve2');
  expect(await done).toMatchObject({ from: 'pve3', to: 'pve2', proof: 'hypervisor' });
  expect([processOf(played), world.guests.get('100')?.process?.boot, serviceOf(played)?.state]).toEqual(['pve2', boot, 'started']);
});
