import { expect, test } from 'vitest';
import type { Hypervisor } from '../adapters/hypervisor.ts';
import type { DiskHand } from '../environment/environment.ts';
import { diskInsert, diskRemovalFault } from './disk.ts';
import type { InverseContext } from './fault.ts';
import { contextOf, environmentOf } from './testing/world.ts';

const byCommand: DiskHand = { id: 'osd.1', hand: 'command', remove: ['true'], insert: ['true'], status: ['echo', 'present'] };

function world(hand: DiskHand, knowsHow: boolean): { context: InverseContext; revived: string[] } {
  const revived: string[] = [];
  const hypervisor = (knowsHow ? {
    reviveDisk: async (node: string, disk: string) => {
      revived.push(`${disk} of ${node}`);
      return `${disk} runs again`;
    },
    manualDiskRevival: (node: string, disk: string) => [`make ${disk} of ${node} run again`],
  } : {}) as unknown as Hypervisor;
  return { context: contextOf(environmentOf([{ name: 'n1', address: '192.0.2.11', disks: [hand] }]), hypervisor), revived };
}

test('what served from a disk that a hand plugged in again is looked after by the platform, which also says how to do it by hand', async () => {
  const { context, revived } = world(byCommand, true);
  const undo = await diskRemovalFault(context.environment, 'n1', 'osd.1').prepare?.(context);
  if (undo === undefined) throw new Error('the fault prepares an undo');
  expect(undo.manual).toEqual(['true', 'make osd.1 of n1 run again']);
  expect(await diskInsert.keep?.(undo, context)).toBe('osd.1 runs again');
  expect(revived).toEqual(['osd.1 of n1']);
});

test('an undo of an earlier version, which says nothing of that, is looked after as well', async () => {
  const { context, revived } = world(byCommand, true);
  await diskInsert.keep?.({ inverse: 'disk-insert', version: 1, data: { node: 'n1', disk: 'osd.1' }, title: '', manual: [] }, context);
  expect(revived).toEqual(['osd.1 of n1']);
});

test('behind the hand of the kernel it is not: that looks after it by itself', async () => {
  const { context, revived } = world({ id: 'osd.1', hand: 'ssh' }, true);
  const fault = diskRemovalFault(context.environment, 'n1', 'osd.1');
  expect((await fault.prepare?.(context))?.manual).toEqual(fault.undo.manual);
  expect(await diskInsert.keep?.(fault.undo, context)).toBeNull();
  expect(revived).toEqual([]);
});

test('a platform that does not know how is not asked, and a cluster that does not answer keeps nobody from knowing the undo', async () => {
  const { context } = world(byCommand, false);
  const fault = diskRemovalFault(context.environment, 'n1', 'osd.1');
  expect(await diskInsert.keep?.(fault.undo, context)).toBeNull();
  expect(await fault.prepare?.(contextOf(context.environment))).toEqual(fault.undo);
});
