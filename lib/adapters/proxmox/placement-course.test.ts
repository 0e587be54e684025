import { afterEach, describe, expect, test } from 'vitest';
import { endAll, play, processOf, serviceOf } from '../../platforms/proxmox/testing/model/play.ts';
import type { Played } from '../../platforms/proxmox/testing/model/play.ts';
import { clusterStatus } from '../../platforms/proxmox/requests/cluster.ts';
import { guestNow } from '../../platforms/proxmox/requests/guests.ts';
import { haCurrent } from '../../platforms/proxmox/requests/ha.ts';
import { differences, wholeness } from '../../safety/invariants.ts';
import { countInstances } from '../../scenario/instances.ts';
import type { Snapshot } from '../hypervisor.ts';
import { liveMigrate } from './live-migrate.ts';
import { standingOf } from './recovery.ts';
import { takeSnapshot } from './snapshot.ts';
import { contextOfModel, environment, shellsOf } from './testing.ts';

afterEach(endAll);

const prefersPve3 = [{ name: 'home', sids: ['vm:100'], nodes: { pve3: 2, pve2: 1 }, strict: false }];
const onlyPve3 = [{ name: 'home', sids: ['vm:100'], nodes: { pve3: 0 }, strict: true }];
const bootOf = ({ cluster }: Played): string | undefined => cluster.world.guests.get('100')?.process?.boot;
const guestIn = ({ guests }: Snapshot) => guests.find(({ name }) => name === 'web');
/** By everything but clocks: the model's time is not ours. */
const isWhole = (snapshot: Snapshot): boolean => wholeness(snapshot, environment).every(({ ok, title }) => ok === true || title.startsWith('clock of '));
/** With ssh, so that the votes can be told. */
const contextOf = (played: Played) => ({ ...contextOfModel(played), fleet: shellsOf(played).fleet });

describe('a rule with failback, while a node is lost and comes back', () => {
  test('the guest is recovered on the second best node, and HA takes it home alive: it never runs twice, and nothing is called whole before it is there', async () => {
    // Without Ceph, whose repair would hide for how long nothing else is under way.
    const played = await play({ rules: prefersPve3, ceph: false });
    const { cluster: { power }, until, pass } = played;
    const context = { ...contextOf(played), ceph: null };
    const before = await takeSnapshot(context, 'full');
    const instances = countInstances(['web'], 'web', 'pve3');
    await power('pve3', 'off');
    await until(() => processOf(played) === 'pve2');
    await pass(30);
    instances.note(await takeSnapshot(context, 'full'));
    const recovered = bootOf(played);
    // Back in the middle between two rounds of the manager.
    await until(() => (played.cluster.world.nowS + 38) % 10 === (played.cluster.world.manager.roundS + 3) % 10);
    await power('pve3', 'on');
    instances.nodeHasPower();
    await until(() => played.cluster.world.nodes.get('pve3')?.online === true);
    const seen: { state: string | undefined; whole: boolean; home: boolean }[] = [];
    // Closer together than the rounds of the manager.
    while (seen.filter(({ home }) => home).length < 5) {
      const snapshot = await takeSnapshot(context, 'full');
      instances.note(snapshot);
      const guest = guestIn(snapshot);
      seen.push({ state: guest?.haState, whole: isWhole(snapshot), home: guest?.haState === 'started' && guest.assignedTo === 'pve3' });
      expect(seen.length).toBeLessThan(100);
      await pass(2);
    }
    const states = seen.map(({ state }) => state);
    expect(states.filter((state, index) => state !== states[index - 1])).toEqual(['started', 'migrating', 'starting', 'started']);
    expect(seen.filter(({ state }) => state === 'migrating').length).toBeLessThan(20);
    // No moment between the node's return and the guest's is taken for the end of it.
    expect(seen.filter(({ whole, home }) => whole && !home)).toEqual([]);
    expect(seen.at(-1)).toMatchObject({ whole: true, home: true });
    expect([processOf(played), bootOf(played)]).toEqual(['pve3', recovered]);
    expect(instances.verdict()).toMatchObject({ ok: true });
    expect(differences(before, await takeSnapshot(context, 'full'))).toEqual([]);
  });

  test('without failback it stays where it was recovered', async () => {
    const played = await play({ rules: prefersPve3, guests: [{ vmid: '100', node: 'pve3', failback: false }] });
    const { cluster: { power }, until, pass } = played;
    await power('pve3', 'off');
    await until(() => processOf(played) === 'pve2');
    await power('pve3', 'on');
    await pass(200);
    expect([processOf(played), serviceOf(played)?.state]).toEqual(['pve2', 'started']);
    expect(guestIn(await takeSnapshot(contextOf(played), 'full'))).toMatchObject({ haState: 'started', runningOn: ['pve2'] });
  });
});

describe('a move that the rules do not bear', () => {
  test('is told as taken back as soon as HA takes it back, and not waited for', async () => {
    const played = await play({ rules: prefersPve3 });
    const begunS = played.cluster.world.nowS;
    const { done } = await liveMigrate(contextOf(played), 'web', 'pve1');
    await expect(done).rejects.toMatchObject({ fault: { blame: 'cluster', message: expect.stringMatching(/web did not move to pve1: UPID:pve3:.*:qmigrate:100:.* ended OK, and HA moves vm:100 on from pve1 by itself: .*failback is on/) as string } });
    expect(played.cluster.world.nowS - begunS).toBeLessThan(90);
    await played.until(() => serviceOf(played)?.running === true && processOf(played) === 'pve3');
  });

  test('is told as let lie, where the rule is strict', async () => {
    const played = await play({ rules: onlyPve3 });
    const { done } = await liveMigrate(contextOf(played), 'web', 'pve1');
    await expect(done).rejects.toMatchObject({ fault: { message: expect.stringContaining('a rule forbids it') as string } });
    expect(processOf(played)).toBe('pve3');
  });

  test('speaks against itself beforehand', async () => {
    for (const [rules, faults] of [[prefersPve3, [['live-migration', 'pve1'], ['live-migration', 'pve2']]], [onlyPve3, [['node-power', undefined], ['live-migration', 'pve1'], ['live-migration', 'pve2']]]] as const) {
      const { cautions } = await takeSnapshot(contextOf(await play({ rules })), 'full');
      expect(cautions?.map(({ faults: [fault], to }) => [fault, to])).toEqual(faults);
    }
  });
});

test('a guest for which there is no eligible node stays in recovery, is never called running, and is back when its node is', async () => {
  const played = await play({ rules: onlyPve3 });
  const { cluster: { clock, power }, read, until, pass } = played;
  const context = contextOf(played);
  const faultAtMs = clock.now();
  await power('pve3', 'off');
  const standing = async () => {
    const [membership, ha] = [await read(clusterStatus()), await read(haCurrent())];
    const guest = await read(guestNow(ha.services[0]?.node ?? '', 'vm', '100')).catch(() => null);
    return standingOf({ atMs: clock.now(), membership, ha, guest }, { sid: 'vm:100', node: 'pve3', faultAtMs });
  };
  const whys = new Set<string>();
  for (let round = 0; round < 40; round += 1) {
    const now = await standing();
    whys.add(now.running ? 'running' : now.why);
    const snapshot = await takeSnapshot(context, 'membership');
    expect(guestIn(snapshot)?.runningOn).toEqual([]);
    expect(isWhole(snapshot)).toBe(false);
    await pass(15);
  }
  expect(whys).not.toContain('running');
  expect([...whys].at(-1)).toBe('HA says recovery');
  // It is on its way for as long as nobody helps: whoever waits for it has a limit of his own.
  expect(guestIn(await takeSnapshot(context, 'membership'))).toMatchObject({ haState: 'starting', assignedTo: 'pve3' });
  await power('pve3', 'on');
  await until(() => processOf(played) === 'pve3' && serviceOf(played)?.running === true);
  await pass(15);
  expect(await standing()).toEqual({ running: true, node: 'pve3' });
});
