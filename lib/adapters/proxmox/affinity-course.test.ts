import { afterEach, describe, expect, test } from 'vitest';
import { endAll, play, processOf, serviceOf } from '../../platforms/proxmox/testing/model/play.ts';
import type { Played } from '../../platforms/proxmox/testing/model/play.ts';
import { migrateVm } from '../../platforms/proxmox/requests/guests.ts';
import { refusals } from '../../safety/interlocks.ts';
import type { Snapshot } from '../hypervisor.ts';
import { liveMigrate } from './live-migrate.ts';
import { takeSnapshot } from './snapshot.ts';
import { contextOfModel, environment, shellsOf } from './testing.ts';

afterEach(endAll);

const apart = { name: 'away', sids: ['vm:100', 'vm:101'], nodes: {}, strict: false, affinity: 'negative' as const };
const together = { ...apart, name: 'pair', affinity: 'positive' as const };
const nodeOf = ({ cluster }: Played, vmid: string): string | undefined => cluster.world.guests.get(vmid)?.process?.node;
const contextOf = (played: Played) => ({ ...contextOfModel(played), fleet: shellsOf(played).fleet });
const read = async (played: Played): Promise<Snapshot> => takeSnapshot(contextOf(played), 'full');
const fault = async (played: Played, target: string) => liveMigrate(contextOf(played), 'web', target).then(({ done }) => done).then(() => expect.fail('it went well'), (error: unknown) => (error as { fault?: object }).fault ?? error);
const posts = ({ cluster }: Played): string[] => cluster.standIn.asked.filter((line) => line.includes(' POST '));

describe('two guests that HA keeps apart', () => {
  test('the way to the other one is closed, the others are open, and the rule is a part of the configuration that is compared', async () => {
    const { cautions, configuration, operations } = await read(await play({ guests: [{ vmid: '100', node: 'pve3' }, { vmid: '101', node: 'pve2' }], rules: [apart] }));
    expect(cautions?.map(({ guest, to }) => [guest, to])).toEqual([['web', 'pve2']]);
    expect(configuration).toContain('resource-affinity away: resources=vm:100,vm:101 nodes= strict=0 failback=unsaid affinity=negative');
    expect(operations).toEqual([]);
  });

  test('the adapter refuses that way by the word of the source node, and sends nothing; what HA was asked for all the same it lets lie', async () => {
    const played = await play({ guests: [{ vmid: '100', node: 'pve3' }, { vmid: '101', node: 'pve2' }], rules: [apart] });
    expect(await fault(played, 'pve2')).toMatchObject({ blame: 'cluster', message: 'web cannot be moved to pve2: HA keeps it apart from vm:101, which is there.', impact: 'Nothing was done.' });
    expect(posts(played)).toEqual([]);
    await played.write(migrateVm('pve3', '100', 'pve2'));
    await played.pass(60);
    expect([nodeOf(played, '100'), serviceOf(played)?.state]).toEqual(['pve3', 'started']);
  });

  test('the way to a third node is gone, and back', async () => {
    const played = await play({ guests: [{ vmid: '100', node: 'pve3' }, { vmid: '101', node: 'pve2' }], rules: [apart] });
    for (const target of ['pve1', 'pve3']) await expect((await liveMigrate(contextOf(played), 'web', target)).done).resolves.toMatchObject({ to: target });
    expect([nodeOf(played, '100'), nodeOf(played, '101')]).toEqual(['pve3', 'pve2']);
  });

  test('three on three nodes: no node may be lost, each of them is told why, and what HA would do is just that', async () => {
    const guests = ['100', '101', '102'].map((vmid, index) => ({ vmid, node: `pve${3 - index}` }));
    const played = await play({ guests, rules: [{ ...apart, sids: ['vm:100', 'vm:101', 'vm:102'] }], ceph: false });
    const snapshot = await takeSnapshot({ ...contextOf(played), ceph: null }, 'full');
    const intent = { fault: 'node-power', node: 'pve3', disk: null, guest: 'web' };
    const allowing = { ...environment, disposable: true, allow: { ...environment.allow, faults: ['node-power' as const], nodes: ['pve3'], guests: ['web'] } };
    expect(refusals({ environment: allowing, intent, snapshot, openFaults: 0, armedWith: null, now: new Date(), ownAddresses: [], ownPlace: [] })).toEqual([{ rule: 'platform', message: expect.stringContaining('without pve3 HA would find web no other node') as string }]);
    await played.cluster.power('pve3', 'off');
    await played.pass(400);
    expect([serviceOf(played)?.state, processOf(played)]).toEqual(['recovery', null]);
    // And with a node to spare it would not have been so.
    const spare = await play({ nodes: ['pve1', 'pve2', 'pve3', 'pve4'], guests, rules: [{ ...apart, sids: ['vm:100', 'vm:101', 'vm:102'] }] });
    expect((await read(spare)).cautions?.filter(({ faults }) => faults.includes('node-power'))).toEqual([]);
    await spare.cluster.power('pve3', 'off');
    await spare.until(() => processOf(spare) === 'pve4');
  });

  test('on one node they are about to be parted: nothing is settled until HA has done so', async () => {
    const played = await play({ guests: [{ vmid: '100', node: 'pve3' }, { vmid: '101', node: 'pve2' }] });
    played.cluster.world.rules.push({ ...apart, sids: ['vm:100', 'vm:101'] });
    const other = played.cluster.world.guests.get('101');
    const service = played.cluster.world.manager.services.get('vm:101');
    if (other?.process === undefined || other.process === null || service === undefined) throw new Error('the model has no guest 101');
    // As after a rule was made for two that are on one node.
    Object.assign(other, { node: 'pve3', process: { ...other.process, node: 'pve3' } });
    service.node = 'pve3';
    expect((await read(played)).operations).toEqual(['web: HA is to take it and vm:101 apart, both on pve3 (away)']);
    await played.until(() => nodeOf(played, '100') !== nodeOf(played, '101') && [...played.cluster.world.manager.services.values()].every(({ state, running }) => state === 'started' && running));
    expect((await read(played)).operations).toEqual([]);
  });
});

describe('two guests that HA keeps together', () => {
  const guests = [{ vmid: '100', node: 'pve3' }, { vmid: '101', node: 'pve3' }];

  test('one is not moved: HA would move the other along, as the source node says, and does when it is asked', async () => {
    const played = await play({ guests, rules: [together] });
    const { cautions } = await read(played);
    expect(cautions).toMatchObject([{ faults: ['live-migration', 'container-migration'], guest: 'web', why: expect.stringContaining('moves vm:101 along with web') as string }]);
    expect(cautions?.[0]).not.toHaveProperty('to');
    expect(await fault(played, 'pve1')).toMatchObject({ blame: 'cluster', message: 'HA would move vm:101 along with web: a rule keeps them together.' });
    expect(posts(played)).toEqual([]);
    await played.write(migrateVm('pve3', '100', 'pve1'));
    await played.until(() => nodeOf(played, '100') === 'pve1' && nodeOf(played, '101') === 'pve1');
  });

  test('both are recovered on one node', async () => {
    const played = await play({ guests, rules: [together] });
    expect((await read(played)).cautions?.filter(({ faults }) => faults.includes('node-power'))).toEqual([]);
    await played.cluster.power('pve3', 'off');
    await played.until(() => nodeOf(played, '100') !== undefined && nodeOf(played, '101') !== undefined && nodeOf(played, '100') === nodeOf(played, '101') && nodeOf(played, '100') !== 'pve3');
  });
});
