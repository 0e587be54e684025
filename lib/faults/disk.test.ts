import { afterEach, describe, expect, it } from 'vitest';
import { diskInsert, diskRemovalFault } from './disk.ts';
import { contextOf, environmentOf, fileSwitch } from './testing/world.ts';
import type { FileSwitch } from './testing/world.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

function slot(word = 'present'): { state: FileSwitch; context: ReturnType<typeof contextOf> } {
  const state = fileSwitch(word);
  closers.push(state.remove);
  const disk = { id: 'osd.0', hand: 'command' as const, remove: state.set('removed'), insert: state.set('present'), status: state.show };
  return { state, context: contextOf(environmentOf([{ name: 'n1', address: '192.0.2.11', disks: [disk, { id: 'osd.1', hand: 'ssh' }, { id: 'osd.2', hand: 'parent-proxmox', slot: 'scsi1', drive: 'local:vm-1-disk-0' }] }])) };
}

describe('disk-removal', () => {
  it('takes the disk out, confirms it, and its undo puts it back from the data alone', async () => {
    const { state, context } = slot();
    const fault = diskRemovalFault(context.environment, 'n1', 'osd.0');
    expect([fault.name, fault.target, fault.undo.data]).toEqual(['disk-removal', { node: 'n1', role: null, disk: 'osd.0' }, { node: 'n1', disk: 'osd.0' }]);
    expect(await fault.confirmed(context)).toBe(false);
    await fault.apply(context);
    expect([state.word(), await fault.confirmed(context), await diskInsert.verify(fault.undo, context)]).toEqual(['removed', true, false]);
    await diskInsert.revert(fault.undo, context);
    expect([state.word(), await diskInsert.verify(fault.undo, context)]).toEqual(['present', true]);
  });

  it('touches nothing when the disk is in its slot already', async () => {
    const { context } = slot();
    await diskInsert.revert(diskRemovalFault(context.environment, 'n1', 'osd.0').undo, context);
    expect(context.said).toEqual([]);
  });

  it('gives the insert command, quoted, to do it by hand', () => {
    const { context } = slot();
    expect(diskRemovalFault(context.environment, 'n1', 'osd.0').undo.manual).toEqual([expect.stringMatching(/^sh -c 'printf %s "\$1" > "\$2"' sh present \//)]);
  });

  it('cannot be told when the status command says neither', async () => {
    const { context } = slot('ejecting');
    await expect(diskRemovalFault(context.environment, 'n1', 'osd.0').confirmed(context)).rejects.toThrow('one of the words present, removed');
  });

  it('says which key is missing', () => {
    const { environment } = slot().context;
    expect(() => diskRemovalFault(environment, 'n1', 'osd.7')).toThrow('nodes[].disks of "n1"');
    expect(() => diskRemovalFault(environment, 'n1', 'osd.2')).toThrow('nodes[].power of "n1" (hand: redfish');
    expect(() => diskRemovalFault(environment, 'n9', 'osd.0')).toThrow('has no node "n9"');
  });
});
