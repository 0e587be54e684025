import { afterEach, describe, expect, it } from 'vitest';
import { openProxmox } from '../../client.ts';
import { clusterStatus, listedGuestsOfCluster } from '../../requests/cluster.ts';
import { haCurrent, haManagerStatus, setHaState } from '../../requests/ha.ts';
import { nodeNow, shutNodeDown } from '../../requests/nodes.ts';
import { endAll, play, processOf, serviceOf } from './play.ts';

afterEach(endAll);

describe('the power of a worker is cut (timeline-poweroff)', () => {
  it('passes through what was recorded, when it was recorded', async () => {
    const played = await play();
    const { cluster: { world, power }, read, until } = played;
    await power('pve3', 'off');
    const faultS = world.nowS;
    const since = (): number => world.nowS - faultS;
    expect(processOf(played)).toBeNull();
    await until(() => world.nodes.get('pve3')?.online === false);
    expect(since()).toBeGreaterThanOrEqual(8);
    expect(since()).toBeLessThanOrEqual(12);
    expect((await read(clusterStatus())).nodes.map(({ online }) => online)).toEqual([true, true, false]);
    // A dead node is "started" for a minute.
    expect((await read(haCurrent())).services).toEqual([expect.objectContaining({ sid: 'vm:100', node: 'pve3', state: 'started' })]);
    await until(() => world.manager.nodes.get('pve3') === 'unknown');
    expect(since()).toBeLessThanOrEqual(21);
    await until(() => world.nowS >= faultS + 40);
    expect((await read(haCurrent())).lrms.find(({ node }) => node === 'pve3')?.state).toBe('old-timestamp');
    await until(() => serviceOf(played)?.state === 'fence');
    expect(since()).toBeGreaterThanOrEqual(60);
    expect(since()).toBeLessThanOrEqual(80);
    await until(() => serviceOf(played)?.node !== 'pve3');
    expect(since()).toBeGreaterThanOrEqual(120);
    expect(since()).toBeLessThanOrEqual(132);
    // The stale sample of the dead node stands beside the new one.
    expect(await read(listedGuestsOfCluster())).toEqual([expect.objectContaining({ node: serviceOf(played)?.node, cachedStatus: 'running', haState: 'started' })]);
    expect([processOf(played), (await read(haCurrent())).services[0]?.state]).toEqual([null, 'starting']);
    await until(() => processOf(played) !== null);
    await until(() => serviceOf(played)?.running === true);
    expect(since()).toBeLessThanOrEqual(150);
    expect((await read(haManagerStatus())).services['vm:100']).toMatchObject({ state: 'started', confirmed: true, node: processOf(played) });
  });

  it('takes longer by the lock of the manager when that was on it', async () => {
    const played = await play({ guests: [{ vmid: '100', node: 'pve1' }] });
    const { cluster: { world, power }, until } = played;
    expect(world.manager.master).toBe('pve1');
    await power('pve1', 'off');
    await until(() => world.manager.master !== 'pve1');
    expect(await until(() => processOf(played) !== null)).toBeGreaterThanOrEqual(60);
    expect(world.nowS - 60).toBeGreaterThanOrEqual(180);
    expect(world.nowS - 60).toBeLessThanOrEqual(300);
  });

  it('takes longer where the target does not get its own lock back (journal-reboot-linkcut)', async () => {
    const played = await play();
    const { cluster: { world, power }, until } = played;
    for (const node of world.nodes.values()) node.slowLock = true;
    await power('pve3', 'off');
    const recoveredS = await until(() => processOf(played) !== null);
    expect(recoveredS).toBeGreaterThanOrEqual(215);
    expect(recoveredS).toBeLessThanOrEqual(245);
  });

  it('leaves the guest where it is when the node is back before it would be fenced', async () => {
    const played = await play();
    const { cluster: { power }, until, pass } = played;
    await power('pve3', 'off');
    await pass(5);
    await power('pve3', 'on');
    await until(() => processOf(played) !== null);
    expect(processOf(played)).toBe('pve3');
  });
});

describe('a node that is silent', () => {
  it('is 595 behind the others, and its own endpoint listens no more, until it is back', async () => {
    const { cluster, read, until, pass } = await play();
    await cluster.power('pve3', 'off');
    await pass(20);
    await expect(read(nodeNow('pve3'))).rejects.toMatchObject({ kind: 'node-unreachable', status: 595 });
    await expect(openProxmox(cluster.standIn.target).read(clusterStatus(), { endpoint: 'pve3' })).rejects.toMatchObject({ kind: 'unreachable' });
    await cluster.power('pve3', 'on');
    await until(() => cluster.world.nodes.get('pve3')?.online === true);
    expect((await read(nodeNow('pve3'))).uptimeS).toBeLessThanOrEqual(10);
  });

  it('is cut off and resets itself, and its guest is started elsewhere afterwards (timeline-linkcut)', async () => {
    const played = await play();
    const { cluster: { world, link, standIn, clock }, until } = played;
    await link('pve3', false);
    await until(() => world.nodes.get('pve3')?.online === false);
    const own = await openProxmox(standIn.target, clock.now).read(clusterStatus(), { endpoint: 'pve3' });
    expect([own.quorate, own.nodes.filter(({ online }) => online).map(({ name }) => name)]).toEqual([false, ['pve3']]);
    expect(processOf(played)).toBe('pve3');
    expect(await until(() => processOf(played) === null)).toBeLessThanOrEqual(70);
    await until(() => processOf(played) !== null);
    expect(processOf(played)).not.toBe('pve3');
    expect(world.nowS - 60).toBeGreaterThanOrEqual(120);
  });

  it('is cut off and does not reset itself, where its resource manager was idle: it has no watchdog, and goes on alone', async () => {
    const { cluster, pass, read } = await play();
    await cluster.link('pve2', false);
    const { upS } = cluster.world.nodes.get('pve2') ?? expect.fail('the model has no pve2');
    await pass(300);
    expect(cluster.world.nodes.get('pve2')).toMatchObject({ upS, online: false, power: 'on' });
    // What it was not entrusted with nobody has to recover.
    expect((await read(haCurrent())).services).toMatchObject([{ node: 'pve3', state: 'started' }]);
  });

  it('takes the quorum along when it is the second one: everything stands still and writes are refused (noquorum-*)', async () => {
    const played = await play();
    const { cluster, read, write, pass } = played;
    await cluster.power('pve3', 'off');
    await cluster.power('pve2', 'off');
    await pass(300);
    expect((await read(clusterStatus())).quorate).toBe(false);
    expect([serviceOf(played)?.state, serviceOf(played)?.node, processOf(played)]).toEqual(['started', 'pve3', null]);
    await expect(write(setHaState('vm:100', 'stopped'))).rejects.toMatchObject({ kind: 'no-quorum' });
  });

  it('takes the last one left along when that runs guests: it resets itself, starts nothing, and serves again when quorum is back', async () => {
    const played = await play();
    const { cluster, until, pass } = played;
    await cluster.link('pve1', false);
    await cluster.link('pve2', false);
    await pass(60);
    expect(processOf(played)).toBe('pve3');
    expect(await until(() => processOf(played) === null)).toBeLessThanOrEqual(20);
    await pass(300);
    expect([processOf(played), cluster.world.nodes.get('pve3')?.power]).toEqual([null, 'on']);
    await cluster.link('pve2', true);
    await until(() => processOf(played) !== null);
    expect(processOf(played)).toBe('pve3');
  });
});

describe('an orderly end of a node', () => {
  it('on shutdown: the guest is recovered without a word of fencing, and "started" on the dead node until then (timeline-shutdown)', async () => {
    const played = await play();
    const { cluster: { world }, write, until } = played;
    const seen = new Set<string>();
    await write(shutNodeDown('pve3', 'shutdown'));
    await until(() => processOf(played) === null);
    await until(() => {
      seen.add(`${serviceOf(played)?.state} on ${serviceOf(played)?.node}`);
      return processOf(played) !== null;
    });
    expect(world.nodes.get('pve3')?.power).toBe('off');
    expect([...seen]).toEqual(['started on pve3', expect.stringMatching(/^started on pve[12]$/)]);
  });

  it('on restart: the guest is frozen and started where it was (timeline-reboot)', async () => {
    const played = await play();
    const { write, until, cluster: { world } } = played;
    await write(shutNodeDown('pve3', 'reboot'));
    await until(() => serviceOf(played)?.state === 'freeze');
    await until(() => world.nodes.get('pve3')?.online === false);
    await until(() => processOf(played) !== null);
    expect([serviceOf(played)?.node, processOf(played)]).toEqual(['pve3', 'pve3']);
  });

  it('with the policy migrate: the guest lives on elsewhere', async () => {
    const played = await play({ shutdownPolicy: 'migrate' });
    const { write, until, cluster: { world } } = played;
    const before = world.guests.get('100')?.process?.boot;
    await write(shutNodeDown('pve3', 'shutdown'));
    await until(() => world.nodes.get('pve3')?.power === 'off');
    expect(processOf(played)).not.toBe('pve3');
    expect(world.guests.get('100')?.process?.boot).toBe(before);
  });

  it('in maintenance: the guest moves away alive, and home by itself', async () => {
    const played = await play();
    const { cluster: { world, maintenance }, until } = played;
    const before = world.guests.get('100')?.process?.boot;
    await maintenance('pve3', true);
    await until(() => processOf(played) !== 'pve3' && serviceOf(played)?.running === true);
    await maintenance('pve3', false);
    await until(() => processOf(played) === 'pve3');
    expect(world.guests.get('100')?.process?.boot).toBe(before);
  });
});
