import { afterEach, describe, expect, it } from 'vitest';
import type { DiskHand, NodeConfig, PowerHand } from '../../environment/environment.ts';
import { testClock } from '../../platforms/proxmox/testing/clock.ts';
import { startStandIn } from '../../platforms/proxmox/testing/stand-in.ts';
import type { StandIn, StandInAnswer, StandInRequest } from '../../platforms/proxmox/testing/stand-in.ts';
import { checkMachines } from '../check-hands.ts';
import { diskInsert, diskRemovalFault, readDisk } from '../disk.ts';
import { nodePowerFault, powerControl, powerOn } from '../power.ts';
import { contextOf, environmentOf, secretOf } from '../testing/world.ts';

const standIns: StandIn[] = [];
afterEach(async () => {
  for (const standIn of standIns.splice(0)) await standIn.close();
});

const signal = AbortSignal.timeout(60_000);
const drive = 'local-lvm:vm-901-disk-1,discard=on,serial=osd1,size=32G';

/** A parent with one guest, invented after the recorded answers (vm100-current, vm100-start) and qemu-server's way with `delete` and `revert`. */
interface Parent {
  running: boolean;
  managed: boolean;
  /** The node's kernel lets no disk go: a removal waits for the next start. */
  clings: boolean;
  /** How the next task ends. */
  exit: string;
  config: Record<string, string>;
  pendingDelete: Set<string>;
  standIn: StandIn;
  node: NodeConfig;
}

async function parentOf(changes: Partial<Omit<Parent, 'standIn' | 'node' | 'pendingDelete'>> = {}): Promise<Parent> {
  const parent = { running: true, managed: false, clings: false, exit: 'OK', config: { name: 'n1', smbios1: 'uuid=4c4c4544-0035-4a10-8051-b7c04f4a3333', scsi1: drive }, pendingDelete: new Set<string>(), ...changes };
  let tasks = 0;
  const task = (type: string, act: () => void): StandInAnswer => {
    if (parent.exit === 'OK') act();
    return { data: `UPID:pve2:0000038E:0000000${(tasks += 1)}:6B008D9D:${type}:901:harness@pve!acceptance:` };
  };
  const setConfig = ({ delete: gone, revert, node: _node, vmid: _vmid, ...rest }: Record<string, string>): StandInAnswer => {
    if (gone !== undefined) {
      if (parent.running && parent.clings) parent.pendingDelete.add(gone);
      else {
        parent.config = { ...Object.fromEntries(Object.entries(parent.config).filter(([key]) => key !== gone)), unused0: (parent.config[gone] ?? '').split(',')[0] ?? '' };
      }
    }
    if (revert !== undefined) parent.pendingDelete.delete(revert);
    Object.assign(parent.config, rest);
    return { data: null };
  };
  const answer = ({ call, node, values }: StandInRequest): StandInAnswer => {
    if (call !== 'GET /cluster/resources' && node !== 'pve2') return { status: 500, reason: `Configuration file 'nodes/${node}/qemu-server/901.conf' does not exist` };
    switch (call) {
      case 'GET /cluster/resources': return { data: [{ type: 'qemu', vmid: 901, node: 'pve2', name: 'n1', status: 'unknown' }] };
      case 'GET /nodes/{node}/qemu/{vmid}/status/current': return { data: { status: parent.running ? 'running' : 'stopped', ha: { managed: parent.managed ? 1 : 0 } } };
      case 'GET /nodes/{node}/qemu/{vmid}/config': return { data: Object.fromEntries(Object.entries(parent.config).filter(([key]) => values['current'] === '1' || !parent.pendingDelete.has(key))) };
      case 'PUT /nodes/{node}/qemu/{vmid}/config': return setConfig(values);
      case 'POST /nodes/{node}/qemu/{vmid}/status/stop': return task('qmstop', () => { parent.running = false; });
      case 'POST /nodes/{node}/qemu/{vmid}/status/start': return task('qmstart', () => { parent.running = true; });
      case 'GET /nodes/{node}/tasks': return { data: [] };
      case 'GET /nodes/{node}/tasks/{upid}/status': return { data: { status: 'stopped', exitstatus: parent.exit } };
      case 'GET /nodes/{node}/tasks/{upid}/log': return { data: [{ n: 1, t: parent.exit === 'OK' ? 'TASK OK' : `TASK ERROR: ${parent.exit}` }] };
      default: throw new Error(`${call} was not expected`);
    }
  };
  const standIn = await startStandIn({ clock: testClock(), answer });
  standIns.push(standIn);
  const [endpoint] = standIn.target.endpoints;
  const token = standIn.target.credentials.kind === 'token' ? standIn.target.credentials.token : '';
  const power: PowerHand = { hand: 'parent-proxmox', url: `https://127.0.0.1:${endpoint?.port ?? 0}`, credentials: secretOf(token, 'env:PARENT'), fingerprint: endpoint?.fingerprint ?? '', guest: '901' };
  const disk: DiskHand = { id: 'osd.1', hand: 'parent-proxmox', slot: 'scsi1', drive };
  return Object.assign(parent, { standIn, node: { name: 'n1', address: '192.0.2.11', power, disks: [disk] } satisfies NodeConfig });
}

const worldOf = ({ node }: Parent): ReturnType<typeof contextOf> => contextOf(environmentOf([node]));
const writes = ({ standIn }: Parent): string[] => standIn.asked.filter((asked) => !asked.includes(' GET ')).map((asked) => asked.replace(/^\S+ /, ''));

describe('the power of a nested node', () => {
  it('is cut by a hard stop on the parent, confirmed, and given back from the data alone', async () => {
    const parent = await parentOf();
    const context = worldOf(parent);
    const fault = nodePowerFault(context.environment, 'n1', 'coordinator');
    expect([fault.byProcess, await fault.confirmed(context)]).toEqual([false, false]);
    await fault.apply(context);
    expect([await fault.confirmed(context), await powerOn.verify(fault.undo, context)]).toEqual([true, false]);
    await powerOn.revert(JSON.parse(JSON.stringify(fault.undo)) as typeof fault.undo, context);
    await powerOn.revert(fault.undo, context);
    expect(await powerOn.verify(fault.undo, context)).toBe(true);
    expect(writes(parent)).toEqual(['POST /nodes/pve2/qemu/901/status/stop', 'POST /nodes/pve2/qemu/901/status/start']);
  });

  it('is not cut where the HA of the parent manages the guest: a stop would only be queued, and undone', async () => {
    const parent = await parentOf({ managed: true });
    const context = worldOf(parent);
    await expect(nodePowerFault(context.environment, 'n1', null).apply(context)).rejects.toThrow('ha-manager remove vm:901');
    expect(writes(parent)).toEqual([]);
  });

  it('is told not to have been cut when the task failed, in its words', async () => {
    const parent = await parentOf({ exit: 'VM is locked (backup)' });
    const context = worldOf(parent);
    await expect(nodePowerFault(context.environment, 'n1', null).apply(context)).rejects.toThrow('could not stop guest 901: VM is locked (backup)');
  });

  it('is told which guest is not to be seen, and what the user lacks', async () => {
    const { node } = await parentOf();
    if (node.power?.hand !== 'parent-proxmox') throw new Error('no parent');
    const wrong = environmentOf([{ ...node, power: { ...node.power, guest: '902' } }]);
    await expect(powerControl(wrong, 'n1').read(signal)).rejects.toThrow('shows no virtual machine 902: lists are shortened');
  });

  it('names the parent and the reference in its manual, and no secret', async () => {
    const { undo } = nodePowerFault(worldOf(await parentOf()).environment, 'n1', null);
    expect(undo.manual.join('\n')).toContain('qm start 901');
    expect(JSON.stringify(undo)).not.toContain('00000000-0000');
  });

  it('is checked by the name and UUID that the parent gives to the guest', async () => {
    expect((await checkMachines(worldOf(await parentOf()).environment, { signal })).map(({ ok }) => ok)).toEqual([true]);
    const [found] = await checkMachines(worldOf(await parentOf({ config: { name: 'n2' } })).environment, { signal });
    expect([found?.ok, found?.detail]).toEqual([false, expect.stringContaining('it says that it is the power of n2')]);
  });
});

describe('a disk of a nested node', () => {
  it('is unplugged on the parent, confirmed, and put back as it was from the data alone', async () => {
    const parent = await parentOf();
    const context = worldOf(parent);
    const fault = diskRemovalFault(context.environment, 'n1', 'osd.1');
    expect(await fault.confirmed(context)).toBe(false);
    await fault.apply(context);
    expect([await fault.confirmed(context), parent.config['unused0']]).toEqual([true, 'local-lvm:vm-901-disk-1']);
    await diskInsert.revert(JSON.parse(JSON.stringify(fault.undo)) as typeof fault.undo, context);
    await diskInsert.revert(fault.undo, context);
    expect([await diskInsert.verify(fault.undo, context), parent.config['scsi1']]).toEqual([true, drive]);
    expect(writes(parent)).toEqual(['PUT /nodes/pve2/qemu/901/config delete=scsi1', `PUT /nodes/pve2/qemu/901/config ${new URLSearchParams({ scsi1: drive }).toString()}`]);
  });

  it('is not called gone while the node clings to it, and the waiting removal is taken back: else the next start would carry it out', async () => {
    const parent = await parentOf({ clings: true });
    const context = worldOf(parent);
    const fault = diskRemovalFault(context.environment, 'n1', 'osd.1');
    await fault.apply(context);
    expect([await fault.confirmed(context), await diskInsert.verify(fault.undo, context)]).toEqual([false, false]);
    await diskInsert.revert(fault.undo, context);
    expect([await diskInsert.verify(fault.undo, context), [...parent.pendingDelete]]).toEqual([true, []]);
    expect(writes(parent).at(-1)).toBe('PUT /nodes/pve2/qemu/901/config revert=scsi1');
  });

  it('is the same drive in whatever order the parent writes its options', async () => {
    const parent = await parentOf({ config: { scsi1: 'local-lvm:vm-901-disk-1,size=32G,serial=osd1,discard=on' } });
    expect(await readDisk(worldOf(parent).environment, 'n1', 'osd.1', signal)).toBe('present');
  });

  it('is not touched when another drive is in the slot, and the line to write is told', async () => {
    const parent = await parentOf({ config: { scsi1: 'local-lvm:vm-901-disk-0,size=8G' } });
    const context = worldOf(parent);
    await expect(diskRemovalFault(context.environment, 'n1', 'osd.1').apply(context)).rejects.toThrow('write drive: "local-lvm:vm-901-disk-0,size=8G"');
    expect(writes(parent)).toEqual([]);
  });

  it('is missed when the slot is empty', async () => {
    const context = worldOf(await parentOf({ config: {} }));
    await expect(diskRemovalFault(context.environment, 'n1', 'osd.1').apply(context)).rejects.toThrow('Slot scsi1 of guest 901 is empty');
  });
});
