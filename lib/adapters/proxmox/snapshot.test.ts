import { afterEach, describe, expect, test } from 'vitest';
import { AdapterError } from '../adapter-error.ts';
import { openProxmox } from '../../platforms/proxmox/client.ts';
import { recordedData, recordedText } from '../../platforms/proxmox/testing/recorded.ts';
import type { StandInAnswer, StandInRequest } from '../../platforms/proxmox/testing/stand-in.ts';
import { startOf } from './full-parts.ts';
import { identify } from './identity.ts';
import { takeSnapshot } from './snapshot.ts';
import { replayedCluster } from './testing.ts';
import type { ReplayedCluster } from './testing.ts';

let replayed: ReplayedCluster;
afterEach(() => replayed.close());

const open = async (...given: Parameters<typeof replayedCluster>): Promise<ReplayedCluster> => (replayed = await replayedCluster(...given));
const poweroff = 'timeline-poweroff.txt';
const guestNow = async () => (await takeSnapshot(replayed.context, 'membership')).guests[0];

describe('a guest whose process is there', () => {
  const saying = (answer: StandInAnswer) => ({ call }: StandInRequest): StandInAnswer | null => (call === 'GET /nodes/{node}/qemu/{vmid}/status/current' ? answer : null);

  // Invented from the documented shape: none was recorded halted.
  test.each(['io-error', 'paused', 'inmigrate', 'prelaunch'])('does not run while QEMU says %s', async (qmpstatus) => {
    await open(poweroff, null, saying({ data: { status: 'running', qmpstatus, uptime: 700, pid: 1072 } }));
    expect(await guestNow()).toMatchObject({ assignedTo: 'pve3', runningOn: [] });
  });

  test('runs while QEMU says so, asked once for each guest of the file and for no other', async () => {
    const { cluster } = await open(poweroff);
    expect(await guestNow()).toMatchObject({ runningOn: ['pve3'] });
    expect(cluster.asked.filter((asked) => asked.includes('/qemu/100/')).map((asked) => asked.split(' ').slice(-1))).toEqual([['/nodes/pve3/qemu/100/status/current']]);
  });

  test('is counted, so that no second one is missed, where QEMU does not answer', async () => {
    await open(poweroff, null, saying({ status: 500, reason: 'VM 100 qmp command \'query-status\' failed - got timeout' }));
    expect(await guestNow()).toMatchObject({ runningOn: ['pve3'] });
  });
});

describe('a quiet cluster', () => {
  test('is read whole', async () => {
    const { context } = await open(poweroff);
    const snapshot = await takeSnapshot(context, 'full');
    expect(snapshot).toMatchObject({
      quorate: true, votes: { expected: 3, present: 3, needed: 2 }, storage: [], failures: [], fencings: null,
      // The rule that was recorded beside the timeline.
      operations: ['web: HA is to take it from pve3 to pve1 (keep1)'],
      guests: [{ name: 'web', kind: 'vm', haManaged: true, haState: 'started', assignedTo: 'pve3', runningOn: ['pve3'] }],
      unread: [],
    });
    expect(snapshot.nodes).toMatchObject([{ name: 'pve1', online: true, unclean: false, drained: false, role: 'coordinator' }, { name: 'pve2', role: 'worker' }, { name: 'pve3', role: 'worker', online: true }]);
    for (const { clockOffset } of snapshot.nodes) {
      expect(Math.abs(clockOffset?.ms ?? Infinity)).toBeLessThanOrEqual((clockOffset?.errorMs ?? 0) + 1);
      expect(clockOffset?.errorMs).toBeGreaterThanOrEqual(500);
    }
    for (const { upSince } of snapshot.nodes) {
      expect(upSince?.toNs).toBeGreaterThanOrEqual(snapshot.fromNs - 1988e9);
      expect(upSince?.toNs).toBeLessThanOrEqual(snapshot.toNs - 1988e9);
    }
    expect(snapshot.configuration).toEqual(['node-affinity keep1: resources=vm:100 nodes=pve1:2,pve2:1 strict=0 failback=unsaid', 'option migration: type=insecure', 'resource vm:100: state=started group=none max_restart=1 max_relocate=1 failback=unsaid']);
    expect(snapshot.settings['HA shutdown policy']).toBe('conditional');
    expect(snapshot.versions['proxmox-ve on pve2']).toContain('pve-manager/9.1.3');
    expect(snapshot.toNs).toBeGreaterThan(snapshot.fromNs);
  });

  test('a node that has run for so many whole seconds started up to a second earlier', () => {
    expect(startOf(1988, 2000e9, 2003e9)).toEqual({ fromNs: 11e9, toNs: 15e9 });
  });

  test('is known by the name and the CA that it has', async () => {
    const { context } = await open(poweroff);
    const identity = await identify(context);
    expect(identity).toEqual({ name: 'lab', identity: 'SHA256:HTzH9aGCyaOezcNQQQ+yqN+1dKp1pUYvoKI/TbSMLbk', source: "fingerprint of the cluster's CA, /etc/pve/pve-root-ca.pem" });
    expect(await identify(context)).toEqual(identity);
  });

  test('before PVE 9 groups are read where rules are since', async () => {
    const { context } = await open(poweroff, null, ({ call }) => (call === 'GET /cluster/ha/groups' ? { data: [{ group: 'g1', nodes: 'pve1' }] } : null));
    const snapshot = await takeSnapshot({ ...context, major: 8 }, 'full');
    expect(snapshot.configuration[0]).toBe('group g1: resources= nodes=pve1:0 strict=0 failback=1');
  });

  test('has Ceph where a node has it, whichever that is', async () => {
    const onPve3: Record<string, string> = { 'GET /cluster/ceph/status': 'ceph-degraded-t3', 'GET /nodes/{node}/ceph/osd': 'ceph-osd-tree-down', 'GET /nodes/{node}/ceph/pool': 'ceph-pools' };
    const { context } = await open(poweroff, null, ({ call, endpoint }) => (endpoint === 'pve3' && onPve3[call] !== undefined ? { data: recordedData(onPve3[call]) } : null));
    const { storage, unread } = await takeSnapshot(context, 'storage');
    expect(storage).toMatchObject([{ name: 'ceph', redundant: false, serving: true, copies: { wanted: 3, minimum: 2 } }]);
    expect(unread).toEqual([]);
    expect(context.ceph).toEqual({ node: 'pve3' });
  });
});

describe('a node that lost its power', () => {
  test('its guest runs nowhere from the first moment, whatever HA and the lists still say', async () => {
    const { clock } = await open(poweroff, 'pve3');
    await replayed.cluster.setEndpoint('pve3', 'refused');
    clock.advance(7000);
    expect(await guestNow()).toMatchObject({ haState: 'started', assignedTo: 'pve3', runningOn: [] });
    clock.advance(20_000);
    const { nodes, guests, unread } = await takeSnapshot(replayed.context, 'membership');
    expect(nodes.find(({ name }) => name === 'pve3')).toMatchObject({ online: false, unclean: true });
    expect(guests[0]).toMatchObject({ haState: 'unknown', runningOn: [] });
    expect(unread).toEqual([]);
  });

  test('in the moment when the row says "running" on the new node, it is starting there and runs nowhere', async () => {
    const { clock } = await open(poweroff, 'pve3');
    await replayed.cluster.setEndpoint('pve3', 'refused');
    clock.advance(130_000);
    expect(await guestNow()).toMatchObject({ haState: 'starting', assignedTo: 'pve1', runningOn: [] });
    clock.advance(10_000);
    expect(await guestNow()).toMatchObject({ haState: 'started', assignedTo: 'pve1', runningOn: ['pve1'] });
  });

  test('when it is the endpoint that was asked, the next one is asked', async () => {
    const { context, clock, cluster } = await open(poweroff, 'pve3');
    context.client.prefer('pve3');
    await takeSnapshot(context, 'membership');
    await cluster.setEndpoint('pve3', 'refused');
    clock.advance(60_000);
    await expect(takeSnapshot(context, 'membership')).resolves.toMatchObject({ quorate: true });
  });
});

describe('a node that was cut off', () => {
  const isolated = JSON.parse(/^\{"data":\[[^\]]*"quorate":0[^\]]*\]\}/m.exec(recordedText('isolated-node-answers.txt'))?.[0] ?? '') as StandInAnswer;
  /** What the recorded node said of itself while it was alone, and that its guest ran. */
  const alone = ({ call, endpoint }: StandInRequest): StandInAnswer | null => {
    if (endpoint !== 'pve1') return null;
    if (call === 'GET /cluster/status') return isolated;
    return call === 'GET /nodes/{node}/qemu' ? { data: [{ vmid: 100, status: 'running', uptime: 999 }] } : null;
  };

  test('is not believed: a node with quorum is asked instead, and first from then on', async () => {
    const { context, clock, cluster } = await open('timeline-linkcut.txt', 'pve1', alone);
    clock.advance(40_000);
    const { quorate, nodes } = await takeSnapshot(context, 'membership');
    expect(quorate).toBe(true);
    expect(nodes.map(({ name, online }) => [name, online])).toEqual([['pve1', false], ['pve2', true], ['pve3', true]]);
    cluster.asked.length = 0;
    await takeSnapshot(context, 'membership');
    expect(cluster.asked[0]).toBe('pve2 GET /cluster/status');
  });

  test('a guest that still runs there is seen, beside the one that was started elsewhere', async () => {
    const { clock } = await open('timeline-linkcut.txt', 'pve1', alone);
    // It is asked itself, though the others call it offline.
    clock.advance(40_000);
    expect(await guestNow()).toMatchObject({ assignedTo: 'pve1', runningOn: ['pve1'] });
    clock.advance(204_000);
    expect(await guestNow()).toMatchObject({ assignedTo: 'pve2', runningOn: ['pve1', 'pve2'] });
  });

  test('when nobody has quorum, that is what is said', async () => {
    const { context, clock } = await open('timeline-noquorum.txt', 'pve1');
    clock.advance(200_000);
    const { quorate, guests } = await takeSnapshot(context, 'membership');
    expect(quorate).toBe(false);
    expect(guests[0]).toMatchObject({ haState: 'unknown', runningOn: [] });
  });
});

describe('what cannot be read', () => {
  test('a node that hangs is named, and the rest is read', async () => {
    const { context, cluster } = await open(poweroff);
    await cluster.setEndpoint('pve3', 'mute');
    const { guests, unread } = await takeSnapshot(context, 'membership');
    expect(unread).toEqual([{ what: 'guests on node pve3', why: expect.stringContaining('pve3') as string }]);
    expect(guests[0]).toMatchObject({ haState: 'started', runningOn: [] });
  });

  test('a part that may not be read is named, and no configuration is made up', async () => {
    const { context } = await open(poweroff, null, ({ call }) => (call === 'GET /cluster/ha/resources' ? { status: 403, reason: 'Permission check failed (/, Sys.Audit)' } : null));
    const { configuration, unread } = await takeSnapshot(context, 'full');
    expect(configuration).toEqual([]);
    expect(unread.map(({ what }) => what)).toContain('HA resources');
  });

  test('when the API only answers 5xx, nothing is known of the cluster, and it is not blamed', async () => {
    const { context } = await open('timeline-hamigrate.txt', null, () => ({ status: 503, reason: 'Service Unavailable' }));
    await expect(takeSnapshot(context, 'membership')).rejects.toMatchObject({ fault: { blame: 'unknown', message: expect.stringContaining('503 Service Unavailable') as string } });
  });

  test('when no endpoint answers, nobody knows who is to blame; when the token is wrong, we are', async () => {
    const { context, cluster } = await open(poweroff);
    const wrong = { ...context, client: openProxmox({ ...cluster.target, credentials: { kind: 'token', token: 'a@pve!b=c' } }) };
    await expect(takeSnapshot(wrong, 'membership')).rejects.toMatchObject({ name: 'AdapterError', fault: { blame: 'tool' } });
    for (const node of ['pve1', 'pve2', 'pve3']) await cluster.setEndpoint(node, 'refused');
    const failed = takeSnapshot(context, 'full');
    await expect(failed).rejects.toBeInstanceOf(AdapterError);
    await expect(failed).rejects.toMatchObject({ fault: { blame: 'unknown', message: expect.stringContaining('No endpoint of the cluster answers') as string } });
  });

  test('a stranger behind the address of a node stops the reading', async () => {
    const { context, cluster } = await open(poweroff);
    await cluster.changeCertificate('pve3');
    await expect(takeSnapshot(context, 'membership')).rejects.toMatchObject({ fault: { blame: 'tool', message: expect.stringContaining('certificate') as string } });
  });

  test('it gives up at a deadline and when it is told to', async () => {
    const { context } = await open(poweroff);
    await expect(takeSnapshot(context, 'full', { timeoutMs: 1 })).rejects.toBeInstanceOf(AdapterError);
    await expect(takeSnapshot(context, 'full', { signal: AbortSignal.abort(new Error('told to')) })).rejects.toThrow('told to');
    await expect(identify(context, { signal: AbortSignal.abort(new Error('told to')) })).rejects.toThrow('told to');
  });
});
