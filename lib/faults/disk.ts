import type { DiskHand, Environment } from '../environment/environment.ts';
import { quoteCommand } from '../transports/shell-quote.ts';
import { readStatus, runCommand } from './command-hand.ts';
import type { DiskControl, DiskPlace, DiskReading } from './disk-control.ts';
import { manualRevivalOf, reviveDisk } from './disk-revival.ts';
import { manualReadmission, readmit, useKey, useOf } from './disk-use.ts';
import { diskHandOf, powerHandOf, wordOf } from './environment-parts.ts';
import type { Fault, Inverse, UndoData } from './fault.ts';
import { hypervDiskControl } from './parent-hyperv/disk.ts';
import { vmwareDiskControl } from './parent-vmware/disk.ts';
import { parentDiskControl } from './parent-proxmox/disk.ts';
import { sshDiskControl } from './ssh-disk.ts';

function commandControl(hand: Extract<DiskHand, { hand: 'command' }>): DiskControl {
  return {
    how: `the command ${hand.remove[0] ?? ''}`,
    byProcess: true,
    read: async (signal) => readStatus(hand.status, ['present', 'removed'], { signal }),
    remove: async (signal, hands) => void (await runCommand(hand.remove, { signal, hands })),
    insert: async (signal, hands) => void (await runCommand(hand.insert, { signal, hands })),
    manualInsert: () => [quoteCommand(hand.insert)],
  };
}

/**
 * A disk of a node through the hand that the environment file names.
 *
 * @throws Error when the node, the disk or what its hand works with is missing there, saying what to add
 */
function diskControl(environment: Environment, node: string, disk: string): DiskControl {
  const hand = diskHandOf(environment, node, disk);
  if (hand.hand === 'command') return commandControl(hand);
  if (hand.hand === 'ssh') return sshDiskControl(environment, node, hand);
  const power = powerHandOf(environment, node);
  if (hand.hand === 'parent-proxmox' && power.hand === 'parent-proxmox') return parentDiskControl(power, hand, node);
  if (hand.hand === 'parent-hyperv' && power.hand === 'parent-hyperv') return hypervDiskControl(environment, power, hand, node);
  if (hand.hand === 'parent-vmware' && power.hand === 'parent-vmware') return vmwareDiskControl(environment, power, hand, node);
  throw new Error(`The disk "${disk}" of "${node}" is reached through the parent that holds the power of the node, and nodes[].power of "${node}" names none. Add it (hand: ${hand.hand}) in ${environment.source.path}.`);
}

/** Keys of undo data (version 2) that say where a disk was. */
const placePrefix = 'place.';

function placeIn({ data }: UndoData): DiskPlace | undefined {
  const found = Object.entries(data).flatMap(([key, value]): [string, string | number | boolean][] => (key.startsWith(placePrefix) && value !== null && !Array.isArray(value) ? [[key.slice(placePrefix.length), value]] : []));
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

/** Whether a disk is in its slot, as its hand says. */
export async function readDisk(environment: Environment, node: string, disk: string, signal: AbortSignal): Promise<DiskReading> {
  return diskControl(environment, node, disk).read(signal);
}

/** Why a disk that is there must not be taken out, by whoever knows its place; null: it may be. Undefined where nobody can know beforehand. */
export async function removalRefusal(environment: Environment, node: string, disk: string, signal: AbortSignal): Promise<string | null | undefined> {
  const control = diskControl(environment, node, disk);
  return control.refusal === undefined ? undefined : control.refusal(signal);
}

/**
 * A disk is taken out of a node while it is in use.
 *
 * @throws Error when the environment file has no hand for it
 */
export function diskRemovalFault(environment: Environment, node: string, disk: string): Fault {
  const control = diskControl(environment, node, disk);
  const undo: UndoData = { inverse: 'disk-insert', version: 1, data: { node, disk }, title: `put disk ${disk} back into node ${node}`, manual: control.manualInsert() };
  return {
    name: 'disk-removal',
    title: `disk ${disk} taken out of node ${node}`,
    target: { node, role: null, disk },
    byProcess: control.byProcess,
    undo,
    prepare: async (context) => {
      // What the hand alone needs is enough to put it back.
      const hypervisor = await context.hypervisor().catch(() => null);
      const found = await control.place?.(context.signal);
      const use = await useOf(hypervisor, disk, context.signal);
      const more = { ...Object.fromEntries(Object.entries(found ?? {}).map(([key, value]) => [`${placePrefix}${key}`, value])), ...(use === null ? {} : { [useKey]: use }) };
      const manual = [...control.manualInsert(found), ...manualRevivalOf(hypervisor, context, node, disk), ...(use === null ? [] : manualReadmission(disk, use))];
      return { ...undo, version: Object.keys(more).length === 0 ? undo.version : 2, data: { ...undo.data, ...more }, manual };
    },
    apply: async (context) => {
      context.progress(`taking ${disk} out of ${node} through ${control.how}`);
      await control.remove(context.signal, context.hands);
    },
    confirmed: async (context) => (await control.read(context.signal)) === 'removed',
  };
}

/** Puts a disk back. Needs the environment file and the hand only, not the cluster. */
export const diskInsert: Inverse = {
  name: 'disk-insert',
  versions: [1, 2],
  revert: async (undo, context) => {
    const node = wordOf(undo.data, 'node');
    const disk = wordOf(undo.data, 'disk');
    const control = diskControl(context.environment, node, disk);
    if ((await control.read(context.signal)) === 'present') return;
    context.progress(`putting ${disk} back into ${node} through ${control.how}`);
    await control.insert(context.signal, context.hands, placeIn(undo));
  },
  verify: async (undo, context) => (await readDisk(context.environment, wordOf(undo.data, 'node'), wordOf(undo.data, 'disk'), context.signal)) === 'present',
  // A storage that gave the disk up for being away too long does not take it back by itself, nor does a daemon that was given up run again.
  keep: async (undo, context) => (await readmit(undo, context)) ?? (await reviveDisk(undo, context)),
};
