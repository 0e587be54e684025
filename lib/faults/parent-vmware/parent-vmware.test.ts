import { afterEach, describe, expect, it } from 'vitest';
import type { DiskHand, Environment, PowerHand } from '../../environment/environment.ts';
import { scriptNamed } from '../../platforms/hyperv/scripts.ts';
import { marksInFile } from '../../platforms/vmware/answers.ts';
import { vmwareScript } from '../../platforms/vmware/scripts.ts';
import { serveSsh, testKey, type Behaviour, type TestSshServer } from '../../transports/testing/ssh-server.ts';
import { windowsNode, type Played, type PlayedCall } from '../../transports/testing/windows-node.ts';
import { checkMachines } from '../check-hands.ts';
import { checkParents } from '../check-parents.ts';
import { diskInsert, diskRemovalFault, readDisk } from '../disk.ts';
import { nodePowerFault, powerOn } from '../power.ts';
import { contextOf, environmentOf, secretOf } from '../testing/world.ts';

/*
 * A host of VMware Workstation. The words of vmrun and what "list" says are documented; the words and keys of vmcli are from what people
 * published of their own hosts; how a machine takes a change while it runs is invented.
 */
interface Host {
  running: boolean;
  present: boolean;
  /** The node sees its disk. */
  seen: boolean;
  /** The node's kernel does not let a disk go, or find it again, without being asked. */
  clings: boolean;
  file: string;
  asked: string[];
  refuse: string | null;
  /** The connection breaks behind every change that was carried out. */
  loses: boolean;
}

interface World {
  host: Host;
  environment: Environment;
  context: ReturnType<typeof contextOf>;
}

const servers: TestSshServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const signal = AbortSignal.timeout(60_000);
const userKey = testKey();
const paths = { linux: '/vms/n1 of mine/n1.vmx', windows: String.raw`C:\VM Space\n1.vmx` } as const;
/** Virtualization is given to it. */
const marks = ['vhv.enable = "TRUE"', 'displayName = "n1"', 'uuid.bios = "56 4d 5c cc 4a 2b 14 96-ea 7e 9a 0c 3f 4b 2c 11"'];

/** What the programs do. @param words behind the program's name */
function obey(host: Host, vmx: string, words: readonly string[]): { status: number; said: string[] } {
  host.asked.push(words.map((word) => (word === vmx ? 'VMX' : word)).join(' '));
  if (host.refuse !== null && !words.includes('list') && !words.includes('query')) return { status: 255, said: [`Error: ${host.refuse}`] };
  if (words.includes('list')) return { status: 0, said: host.running ? ['Total running VMs: 1', vmx] : ['Total running VMs: 0'] };
  if (words.includes('query')) return { status: 0, said: [JSON.stringify({ disks: [{ label: 'scsi0:0', backingPathName: 'n1.vmdk' }, ...(host.present ? [{ label: 'scsi0:1', backingPathName: host.file }] : [])] })] };
  if (words.includes('stop')) host.running = false;
  if (words.includes('start')) host.running = true;
  if (words.includes('SetPresent')) {
    host.present = words.at(-1) === '1';
    if (!host.clings) host.seen = host.present;
  }
  return { status: 0, said: [] };
}

/** Whether nobody hears what became of it. */
const isLost = (host: Host, words: readonly string[]): boolean => host.loses && !words.includes('list') && !words.includes('query');

const wordsOf = (command: string): string[] => [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');

/** A Linux host, and a node whose kernel answers the search for a disk. */
function linuxHost(host: Host): Behaviour {
  return (command, channel, connection) => {
    const end = (text: string, code = 0): void => {
      channel.write(text);
      channel.exit(code);
      channel.end();
    };
    if (command.includes('product_uuid')) return end('cc5c4d56-2b4a-9614-ea7e-9a0c3f4b2c11\nVMware-56 4d 5c cc\nn1\n');
    if (command.startsWith('sh -c')) {
      // The kernel hand of the node (find, insert); its own script is tested on a file tree.
      if (/ sh '' insert /.test(command)) host.seen = host.present;
      return end(host.seen ? '/sys/block/sdb\n' : '');
    }
    if (command.startsWith('grep')) return end(`${marks.join('\n')}\n`);
    const words = wordsOf(command).slice(1);
    const { status, said } = obey(host, paths.linux, words);
    if (isLost(host, words)) connection.end();
    else end(said.join('\n'), status);
  };
}

/** A Windows host, and a node of a Windows cluster. */
function windowsHost(host: Host): Behaviour {
  return windowsNode(({ script, parameters }: PlayedCall): Played => {
    if (script === vmwareScript('read-marks').text) return { data: { lines: marks } };
    if (script === scriptNamed('find-disk').text) return { data: { disks: { op: host.seen ? 2 : 13 } } };
    if (script === scriptNamed('read-own-machine').text) return { data: { computer: 'N1', uuid: 'CC5C4D56-2B4A-9614-EA7E-9A0C3F4B2C11', serial: 'VMware-56 4d 5c cc', guests: null } };
    if (script === vmwareScript('begin-program').text) host.asked.push('begun outside of the session');
    const words = parameters['Words'] as string[];
    const { status, said } = obey(host, paths.windows, words);
    if (isLost(host, words)) return 'drop';
    // A list of one element comes as the element itself (5.1).
    return { data: { status, said: said.length === 1 ? said[0] : said } };
  });
}

async function worldOf(system: 'linux' | 'windows', changes: Partial<Host> = {}): Promise<World> {
  const host: Host = { running: true, present: true, seen: true, clings: false, file: 'n1-data.vmdk', asked: [], refuse: null, loses: false, ...changes };
  const server = await serveSsh(system === 'linux' ? linuxHost(host) : windowsHost(host), { hostKeys: [testKey()] });
  servers.push(server);
  const ssh = { user: 'tester', port: server.port, key: secretOf(userKey.private), knownHosts: secretOf(server.knownHosts()) };
  const power: PowerHand = { hand: 'parent-vmware', host: '127.0.0.1', system, guest: paths[system] };
  const disk: DiskHand = { id: 'data', hand: 'parent-vmware', slot: 'scsi0:1', file: 'n1-data.vmdk', serial: '6000c29a1b2c' };
  const environment: Environment = { ...environmentOf([{ name: 'n1', address: '127.0.0.1', power, disks: [disk] }]), platform: system === 'linux' ? 'pacemaker' : 'hyperv', ssh };
  return { host, environment, context: contextOf(environment) };
}

const changesOf = ({ host }: World): string[] => host.asked.filter((asked) => !/ list$| query /.test(asked));

describe.each(['linux', 'windows'] as const)('a node on a VMware Workstation of a %s host', (system) => {
  it('loses its power by a hard stop, confirmed, and gets it back from the data alone', async () => {
    const world = await worldOf(system);
    const { context } = world;
    const fault = nodePowerFault(world.environment, 'n1', null);
    expect([fault.byProcess, await fault.confirmed(context)]).toEqual([false, false]);
    await fault.apply(context);
    expect([await fault.confirmed(context), await powerOn.verify(fault.undo, context)]).toEqual([true, false]);
    await powerOn.revert(fault.undo, context);
    await powerOn.revert(fault.undo, context);
    expect(await powerOn.verify(fault.undo, context)).toBe(true);
    expect(changesOf(world)).toEqual(['-T ws stop VMX hard', ...(system === 'windows' ? ['begun outside of the session'] : []), '-T ws start VMX nogui']);
  });

  it('loses a disk when host and node agree that it is gone, and has it back when both see it', async () => {
    const world = await worldOf(system);
    const { context, environment } = world;
    const fault = diskRemovalFault(environment, 'n1', 'data');
    await fault.apply(context);
    expect([await fault.confirmed(context), await diskInsert.verify(fault.undo, context)]).toEqual([true, false]);
    await diskInsert.revert(fault.undo, context);
    expect(await diskInsert.verify(fault.undo, context)).toBe(true);
    expect(changesOf(world)).toEqual(['VMX Disk SetPresent scsi0:1 0', 'VMX Disk SetPresent scsi0:1 1']);
  });

  it('loses its power and its disk and has both back, each asked for once, when the connections break behind what was carried out', async () => {
    const world = await worldOf(system, { loses: true });
    const { context, environment } = world;
    const power = nodePowerFault(environment, 'n1', null);
    await power.apply(context);
    expect(await power.confirmed(context)).toBe(true);
    await powerOn.revert(power.undo, context);
    expect(await powerOn.verify(power.undo, context)).toBe(true);
    const disk = diskRemovalFault(environment, 'n1', 'data');
    await disk.apply(context);
    expect([await disk.confirmed(context), await diskInsert.verify(disk.undo, context)]).toEqual([true, false]);
    await diskInsert.revert(disk.undo, context);
    expect(await diskInsert.verify(disk.undo, context)).toBe(true);
    expect(changesOf(world).filter((asked) => asked !== 'begun outside of the session')).toEqual(['-T ws stop VMX hard', '-T ws start VMX nogui', 'VMX Disk SetPresent scsi0:1 0', 'VMX Disk SetPresent scsi0:1 1']);
  });

  it('is told by the UUID in its file, which the node finds in its firmware with its bytes the other way round', async () => {
    const { environment } = await worldOf(system);
    const [found] = await checkMachines(environment, { signal });
    expect([found?.ok, found?.detail]).toEqual([true, expect.stringMatching(/UUID cc5c4d56/i)]);
  });
});

describe('a node on a VMware Workstation', () => {
  it('has not lost a disk that it goes on seeing: a setting that waits for the next start is no removal', async () => {
    const { environment, context, host } = await worldOf('linux', { clings: true });
    const fault = diskRemovalFault(environment, 'n1', 'data');
    await fault.apply(context);
    expect([host.present, await fault.confirmed(context), await diskInsert.verify(fault.undo, context)]).toEqual([false, false, false]);
    await diskInsert.revert(fault.undo, context);
    expect([host.present, await diskInsert.verify(fault.undo, context)]).toEqual([true, true]);
  });

  it('is made to look for a disk that it does not find by itself', async () => {
    const { environment, context, host } = await worldOf('linux', { clings: true, present: false, seen: false });
    const { undo } = diskRemovalFault(environment, 'n1', 'data');
    await diskInsert.revert(undo, context);
    expect([host.seen, await diskInsert.verify(undo, context)]).toEqual([true, true]);
  });

  it('keeps a disk whose slot holds another file, whose serial number it does not show, or whose slot is empty', async () => {
    for (const [changes, words] of [[{ file: 'other.vmdk' }, 'write file: "other.vmdk"'], [{ seen: false }, 'sees no disk with the serial number 6000c29a1b2c'], [{ present: false }, 'there is no data to take out of n1']] as const) {
      const world = await worldOf('linux', changes);
      await expect(diskRemovalFault(world.environment, 'n1', 'data').apply(world.context)).rejects.toThrow(words);
      expect(changesOf(world)).toEqual([]);
    }
  });

  it('is not stopped when the account does not see it run: another user began it', async () => {
    const world = await worldOf('linux', { running: false });
    await expect(nodePowerFault(world.environment, 'n1', null).apply(world.context)).rejects.toThrow('is not among the running machines of 127.0.0.1');
    expect(changesOf(world)).toEqual([]);
  });

  it('is told not to have been stopped in the words of the program', async () => {
    const { environment, context } = await worldOf('linux', { refuse: 'The virtual machine is locked' });
    await expect(nodePowerFault(environment, 'n1', null).apply(context)).rejects.toThrow('/usr/bin/vmrun stop on 127.0.0.1 ended with status 255: Error: The virtual machine is locked');
  });

  it('is read as removed when the file of its disk is told with its whole path', async () => {
    const { environment } = await worldOf('linux', { file: '/vms/n1 of mine/n1-data.vmdk' });
    expect(await readDisk(environment, 'n1', 'data', signal)).toBe('present');
  });
});

describe('the ground that a VMware Workstation gives a node', () => {
  const readings = async (system: 'linux' | 'windows', changes: Partial<Host> = {}): Promise<(boolean | null)[]> => {
    const world = await worldOf(system, changes);
    const environment: Environment = { ...world.environment, allow: { ...world.environment.allow, faults: ['disk-removal'], nodes: ['n1'] } };
    const found = await checkParents(environment, { signal });
    expect(changesOf(world)).toEqual([]);
    return found.map(({ ok }) => ok);
  };

  it('is right: the account sees it run, it may run guests, its disk may go', async () => {
    expect(await readings('windows')).toEqual([true, true, true]);
    expect(await readings('linux')).toEqual([true, true]);
  });

  it('is not, where another user began it, or the node does not show its disk by its serial number', async () => {
    expect(await readings('windows', { running: false })).toEqual([false, true, true]);
    expect(await readings('windows', { seen: false })).toEqual([true, true, false]);
    expect(await readings('linux', { present: false })).toEqual([true, false]);
  });

  it('is not, where virtualization is not given to a node that cannot do without', async () => {
    expect(marksInFile(['displayName = "n1"']).virtualization).toBe(false);
    expect(marksInFile(['vhv.enable = "FALSE"']).virtualization).toBe(false);
    expect(marksInFile(['  VHV.enable = "true"  ']).virtualization).toBe(true);
  });
});
