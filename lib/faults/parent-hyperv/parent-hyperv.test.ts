import { afterEach, describe, expect, it } from 'vitest';
import type { DiskHand, Environment, NodeConfig, PowerHand } from '../../environment/environment.ts';
import { dataDisk, machineId, playParent, type PlayedParent } from '../../platforms/hyperv/testing/played-parent.ts';
import { scriptNamed } from '../../platforms/hyperv/scripts.ts';
import { serveSsh, testKey, type TestSshServer } from '../../transports/testing/ssh-server.ts';
import { windowsNode, type PlayedCall } from '../../transports/testing/windows-node.ts';
import { checkMachines } from '../check-hands.ts';
import { checkParents } from '../check-parents.ts';
import { diskInsert, diskRemovalFault, readDisk } from '../disk.ts';
import type { UndoData } from '../fault.ts';
import { nodePowerFault, powerControl, powerOn } from '../power.ts';
import { powerReadingOf } from './power.ts';
import { contextOf, environmentOf, secretOf } from '../testing/world.ts';

// The properties of machines, drives and adapters and their values are documented; machines, paths, and what goes wrong are invented.

const servers: TestSshServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const signal = AbortSignal.timeout(60_000);
const userKey = testKey();

interface World {
  parent: PlayedParent;
  environment: Environment;
  context: ReturnType<typeof contextOf>;
}

/** A parent behind an ssh server, and an environment whose node is a guest of it. */
async function worldOf({ changes = {}, disk = dataDisk, guest = 'hv1' }: { changes?: Partial<PlayedParent>; disk?: string; guest?: string } = {}): Promise<World> {
  const parent = Object.assign(playParent(), changes);
  const server = await serveSsh(windowsNode((call) => parent.answer(call)), { hostKeys: [testKey()] });
  servers.push(server);
  const power: PowerHand = { hand: 'parent-hyperv', host: '127.0.0.1', guest, ssh: { user: 'tester', port: server.port, key: secretOf(userKey.private), knownHosts: secretOf(server.knownHosts()) } };
  const disks: DiskHand[] = [{ id: '6VDE0001', hand: 'parent-hyperv', path: disk }];
  const environment = environmentOf([{ name: 'hv1', address: '127.0.0.1', power, disks } satisfies NodeConfig]);
  return { parent, environment, context: contextOf(environment) };
}

const stored = (undo: UndoData): UndoData => JSON.parse(JSON.stringify(undo)) as UndoData;
const changesOf = ({ parent }: World): string[] => parent.asked.filter((asked) => asked !== 'read-machine');

describe('the power of a node on a Hyper-V host', () => {
  it('is cut by turning the machine off, confirmed, and given back from the data alone', async () => {
    const world = await worldOf();
    const { context } = world;
    const fault = nodePowerFault(world.environment, 'hv1', 'coordinator');
    expect([fault.byProcess, fault.title, await fault.confirmed(context)]).toEqual([false, 'power of node hv1 cut through machine hv1 of the Hyper-V host 127.0.0.1', false]);
    await fault.apply(context);
    expect([await fault.confirmed(context), await powerOn.verify(fault.undo, context)]).toEqual([true, false]);
    await powerOn.revert(stored(fault.undo), context);
    await powerOn.revert(fault.undo, context);
    expect(await powerOn.verify(fault.undo, context)).toBe(true);
    expect(changesOf(world)).toEqual(['switch-machine off', 'switch-machine on']);
    expect(fault.undo.manual.at(-1)).toBe("Start-VM -Name 'hv1'");
  });

  it('is not cut where a cluster of the host would start the machine again', async () => {
    const world = await worldOf({ changes: { clustered: true } });
    await expect(nodePowerFault(world.environment, 'hv1', null).apply(world.context)).rejects.toThrow('that cluster would start it again');
    expect(changesOf(world)).toEqual([]);
  });

  it('is told not to have been cut when the machine is as it was, and in the words of Windows when it refused', async () => {
    const stubborn = await worldOf({ changes: { intercept: (script) => (script === 'switch-machine' ? { data: { was: 'Running', now: 'Stopping' } } : null) } });
    await expect(nodePowerFault(stubborn.environment, 'hv1', null).apply(stubborn.context)).rejects.toThrow('was asked to turn hv1 off, and it is Stopping');
    const refusing = await worldOf({ changes: { intercept: (script) => (script === 'switch-machine' ? { error: { message: "Vous n'avez pas l'autorisation requise.", category: 'PermissionDenied' } } : null) } });
    await expect(nodePowerFault(refusing.environment, 'hv1', null).apply(refusing.context)).rejects.toThrow("Vous n'avez pas l'autorisation requise. (PermissionDenied");
  });

  it('is cut and given back, each asked for once, when the connections break behind what was carried out', async () => {
    const world = await worldOf({ changes: { loses: (asked) => asked.startsWith('switch-machine') } });
    const { context } = world;
    const fault = nodePowerFault(world.environment, 'hv1', null);
    await fault.apply(context);
    expect([await fault.confirmed(context), await powerOn.verify(fault.undo, context)]).toEqual([true, false]);
    await powerOn.revert(fault.undo, context);
    expect(await powerOn.verify(fault.undo, context)).toBe(true);
    expect(changesOf(world)).toEqual(['switch-machine off', 'switch-machine on']);
  });

  it('is not known to be cut, and is on all the same for its undo, when the connection breaks and the machine goes on', async () => {
    const world = await worldOf({ changes: { intercept: (script) => (script === 'switch-machine' ? 'drop' : null) } });
    const context = { ...world.context, signal: AbortSignal.timeout(60_000) };
    const fault = nodePowerFault(world.environment, 'hv1', null);
    await expect(fault.apply(context)).rejects.toMatchObject({ unknownOutcome: true });
    expect([await fault.confirmed(context), await powerOn.verify(fault.undo, context)]).toEqual([false, true]);
    expect(changesOf(world)).toEqual(['switch-machine off']);
  });

  it.each([['Saved', 'off'], ['Off', 'off'], ['Starting', 'changing'], ['Reset', 'changing'], ['Running', 'on']])('is read from the state %s as %s', (state, reading) => {
    expect(powerReadingOf({ state, name: 'hv1' }, 'parent')).toBe(reading);
  });

  it('is neither on nor off while the machine is paused, and what to do is said', () => {
    expect(() => powerReadingOf({ state: 'PausedCritical', name: 'hv1' }, 'parent')).toThrow("run Resume-VM -Name 'hv1' there");
  });

  it('is of one machine: none, and more than one of the name, are refused with the way on', async () => {
    await expect(powerControl((await worldOf({ guest: 'hv9' })).environment, 'hv1').read(signal)).rejects.toThrow('shows no machine "hv9" to this account');
    await expect(powerControl((await worldOf({ changes: { twins: 1 } })).environment, 'hv1').read(signal)).rejects.toThrow('has 2 machines named "hv1". Write the id');
    expect(await powerControl((await worldOf({ changes: { twins: 1 }, guest: machineId })).environment, 'hv1').read(signal)).toBe('on');
  });
});

describe('whether the host holds the right machine', () => {
  /** A Windows node of a cluster that says what its firmware says. */
  async function nodeThatSays(world: World, uuid: string): Promise<Environment> {
    const own = await serveSsh(windowsNode(({ script }: PlayedCall) => (script === scriptNamed('read-own-machine').text ? { data: { computer: 'HV1', uuid, serial: '', guests: null } } : { error: { message: 'not asked' } })), { hostKeys: [testKey()] });
    servers.push(own);
    return { ...world.environment, platform: 'hyperv', endpoints: [{ node: 'hv1', address: '127.0.0.1', port: own.port }], ssh: { user: 'tester', port: 22, key: secretOf(userKey.private), knownHosts: secretOf(own.knownHosts()) } };
  }

  it('is told by the UUID that a Windows node finds in its firmware', async () => {
    const world = await worldOf();
    const [same] = await checkMachines(await nodeThatSays(world, '4C4C4544-0035-4A10-8051-B7C04F4A3333'), { signal });
    expect([same?.ok, same?.detail]).toEqual([true, expect.stringContaining('UUID 4C4C4544-0035-4A10-8051-B7C04F4A3333, says hv1 as well')]);
    const [other] = await checkMachines(await nodeThatSays(world, '00000001-0035-4A10-8051-B7C04F4A3333'), { signal });
    expect([other?.ok, other?.detail]).toEqual([false, expect.stringContaining('and hv1 runs on 00000001')]);
  });

  it('is told by the name of the machine where the node cannot be asked', async () => {
    const { environment } = await worldOf();
    expect((await checkMachines(environment, { signal })).map(({ ok }) => ok)).toEqual([true]);
  });
});

describe('a disk of a node on a Hyper-V host', () => {
  it('is detached, confirmed, and attached again in the slot that the journal remembers', async () => {
    const world = await worldOf();
    const { parent, context } = world;
    parent.disks = parent.disks.map((disk) => (disk.path === dataDisk ? { ...disk, maximumIops: '500' } : disk));
    const fault = diskRemovalFault(world.environment, 'hv1', '6VDE0001');
    const undo = stored((await fault.prepare?.(context)) ?? fault.undo);
    expect(undo).toMatchObject({ version: 2, data: { node: 'hv1', disk: '6VDE0001', 'place.controllerNumber': 0, 'place.controllerLocation': 3, 'place.maximumIops': '500' } });
    expect(undo.manual.at(-1)).toBe(String.raw`Add-VMHardDiskDrive -VMName 'hv1' -ControllerType SCSI -ControllerNumber 0 -ControllerLocation 3 -Path 'D:\VMs\hv1\pool-1.vhdx'`);
    await fault.apply(context);
    expect([await fault.confirmed(context), await diskInsert.verify(undo, context)]).toEqual([true, false]);
    await diskInsert.revert(undo, context);
    await diskInsert.revert(undo, context);
    expect(await diskInsert.verify(undo, context)).toBe(true);
    expect(parent.disks.find(({ path }) => path === dataDisk)).toMatchObject({ type: 'SCSI', number: 0, location: 3, maximumIops: '500' });
    expect(changesOf(world)).toEqual(['move-disk remove', 'move-disk insert']);
  });

  it('is detached and attached again, each asked for once, when the connections break behind what was carried out', async () => {
    const world = await worldOf({ changes: { loses: (asked) => asked.startsWith('move-disk') } });
    const { parent, context } = world;
    const fault = diskRemovalFault(world.environment, 'hv1', '6VDE0001');
    const undo = stored((await fault.prepare?.(context)) ?? fault.undo);
    await fault.apply(context);
    expect([await fault.confirmed(context), await diskInsert.verify(undo, context)]).toEqual([true, false]);
    await diskInsert.revert(undo, context);
    expect(await diskInsert.verify(undo, context)).toBe(true);
    expect(parent.disks.filter(({ path }) => path === dataDisk).map(({ number, location }) => [number, location])).toEqual([[0, 3]]);
    expect(changesOf(world)).toEqual(['move-disk remove', 'move-disk insert']);
  });

  it('goes into the first slot that is free when the entry does not say which it had', async () => {
    const { environment, parent, context } = await worldOf();
    const fault = diskRemovalFault(environment, 'hv1', '6VDE0001');
    await fault.apply(context);
    await diskInsert.revert(fault.undo, context);
    expect(parent.disks.map(({ location, path }) => [location, path]).at(-1)).toEqual([1, dataDisk]);
  });

  it.each<[string, Parameters<typeof worldOf>[0], string]>([
    ['the disk that the node starts from', { disk: String.raw`D:\VMs\hv1\system.vhdx` }, 'would be the end of the node'],
    ['a disk that is not there, as behind a checkpoint', { disk: String.raw`D:\VMs\hv1\pool-9.vhdx` }, String.raw`Its drives are SCSI 0:0 D:\VMs\hv1\system.vhdx, SCSI 0:3 D:\VMs\hv1\pool-1.vhdx; a checkpoint puts another file`],
    ['a disk at an IDE controller', { changes: { boot: null, disks: [{ type: 'IDE', number: 1, location: 0, path: dataDisk, maximumIops: '0', minimumIops: '0', persistent: false }] } }, 'at a SCSI controller only'],
  ])('is not taken out when it is %s', async (_what, options, words) => {
    const world = await worldOf(options);
    const fault = diskRemovalFault(world.environment, 'hv1', '6VDE0001');
    await expect(fault.prepare?.(world.context)).rejects.toThrow(words);
    await expect(fault.apply(world.context)).rejects.toThrow(words);
    expect(changesOf(world)).toEqual([]);
  });

  it('is the same file however its path is spelled', async () => {
    const { environment } = await worldOf({ disk: dataDisk.toUpperCase() });
    expect(await readDisk(environment, 'hv1', '6VDE0001', signal)).toBe('present');
  });
});

describe('the ground that a Hyper-V host gives a node', () => {
  const readings = async (changes: Partial<PlayedParent>, { platform = 'hyperv', disk = dataDisk }: { platform?: Environment['platform']; disk?: string } = {}): Promise<[string, boolean | null][]> => {
    const world = await worldOf({ changes, disk });
    const environment: Environment = { ...world.environment, platform, allow: { ...world.environment.allow, faults: ['disk-removal'], nodes: ['hv1'] } };
    const found = await checkParents(environment, { signal });
    expect(changesOf(world).filter((asked) => asked !== 'read-nesting')).toEqual([]);
    return found.map(({ title, ok }) => [title.replace('machine hv1 of the Hyper-V host 127.0.0.1', 'it'), ok]);
  };
  const good = { virtualization: true, dynamicMemory: false, checkpoints: 0, adapters: [{ name: 'a', spoofing: 'On' }] };
  const right = [['it is left off by its host when it is turned off', true], ['it has no checkpoint', true], ['it may run guests', true], ['it has a fixed memory', true], ['guests on it can be reached', true], ['disk 6VDE0001 of hv1 may be taken out', true]] as [string, boolean | null][];

  it('is right', async () => {
    expect(await readings({})).toEqual(right);
  });

  it.each<[string, Partial<PlayedParent>]>([
    ['it is left off by its host when it is turned off', { clustered: true }],
    ['it has no checkpoint', { nesting: { ...good, checkpoints: 2 } }],
    ['it may run guests', { nesting: { ...good, virtualization: false } }],
    ['it has a fixed memory', { nesting: { ...good, dynamicMemory: true } }],
    ['guests on it can be reached', { nesting: { ...good, adapters: [{ name: 'a', spoofing: 'Off' }] } }],
    ['guests on it can be reached', { nesting: { ...good, adapters: [] } }],
  ])('is not, where not: %s', async (title, changes) => {
    expect(await readings(changes)).toEqual(right.map(([one, ok]) => [one, one === title ? false : ok]));
  });

  it('needs an adapter for the traffic of guests, not all of them', async () => {
    expect(await readings({ nesting: { ...good, adapters: [{ name: 'a', spoofing: 'Off' }, { name: 'b', spoofing: 'On' }] } })).toEqual(right);
  });

  it('is not asked for virtualization where guests run without it', async () => {
    expect((await readings({ nesting: { ...good, virtualization: false } }, { platform: 'pacemaker' })).map(([, ok]) => ok)).toEqual([true, true, true]);
  });

  it('is not, where a disk must not be taken out', async () => {
    expect((await readings({}, { disk: String.raw`D:\VMs\hv1\system.vhdx` })).at(-1)).toEqual(['disk 6VDE0001 of hv1 may be taken out', false]);
  });

  it('cannot be told where the host does not have the machine, or does not answer', async () => {
    const { environment } = await worldOf({ guest: 'hv9' });
    expect((await checkParents(environment, { signal })).map(({ title, ok, detail }) => [title, ok, detail])).toEqual([['the host of hv1 can be asked', null, expect.stringContaining('shows no machine "hv9"')], ['disk 6VDE0001 of hv1 may be taken out', null, expect.stringContaining('shows no machine "hv9"')]]);
    const mute = await worldOf({ changes: { intercept: () => 'drop' } });
    expect((await checkParents(mute.environment, { signal })).map(({ ok }) => ok)).toEqual([null, null]);
  });
});
