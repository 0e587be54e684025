import type { DiskHand, Environment } from '../../environment/environment.ts';
import type { Machine, MachineDisk } from '../../platforms/hyperv/machine-readings.ts';
import type { DiskControl, DiskPlace } from '../disk-control.ts';
import { changeOrLook } from '../lost-answer.ts';
import { hypervParent, quoted, type HypervHand } from './machine.ts';

type HypervDiskHand = Extract<DiskHand, { hand: 'parent-hyperv' }>;

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
const shown = ({ type, number, location, path }: MachineDisk): string => `${type} ${number}:${location} ${path}`;

function driveOf(machine: Machine, path: string): MachineDisk | null {
  const found = machine.disks.filter((disk) => same(disk.path, path));
  if (found.length > 1) throw new Error(`The machine ${machine.name} has ${found.length} drives that are ${path}. Correct its settings on the parent.`);
  return found[0] ?? null;
}

/** Why the drive must not be taken out; null: it may be. @throws Error where the machine has it twice */
function refusalOf(machine: Machine, { id, path }: HypervDiskHand): string | null {
  const drive = driveOf(machine, path);
  if (drive === null) return `The machine ${machine.name} has no drive ${path}: there is no disk ${id} to take out. Its drives are ${machine.disks.map(shown).join(', ') || 'none'}; a checkpoint puts another file in the place of a disk, and is to be removed first.`;
  if (drive.type !== 'SCSI') return `${path} is ${shown(drive)}: a disk is taken from a running machine at a SCSI controller only.`;
  if (machine.boot !== null && same(machine.boot, path)) return `${path} is the disk that ${machine.name} starts from: taking it out would be the end of the node, not of a disk. Correct nodes[].disks.`;
  return null;
}

/** The drive that may be taken out. @throws Error saying why none is */
function removable(machine: Machine, disk: HypervDiskHand): MachineDisk {
  const refusal = refusalOf(machine, disk);
  const drive = driveOf(machine, disk.path);
  if (refusal !== null || drive === null) throw new Error(refusal ?? `The machine ${machine.name} has no drive ${disk.path}.`);
  return drive;
}

/** What of a slot stands in the journal, and is given to Add-VMHardDiskDrive. */
function placeOf({ number, location, maximumIops, minimumIops, persistent }: MachineDisk): DiskPlace {
  return { controllerNumber: number, controllerLocation: location, maximumIops, minimumIops, persistentReservations: persistent };
}

function manual({ host, guest }: HypervHand, path: string, node: string, place: DiskPlace): string[] {
  const slot = place['controllerNumber'] === undefined ? '' : ` -ControllerNumber ${String(place['controllerNumber'])} -ControllerLocation ${String(place['controllerLocation'])}`;
  return [`# On the Hyper-V host of ${node} (${host}), in an elevated PowerShell:`, `Add-VMHardDiskDrive -VMName ${quoted(guest)} -ControllerType SCSI${slot} -Path ${quoted(path)}`];
}

/** A disk of a node that is a guest of a Hyper-V host: detached there while the node runs, and attached again in the slot that it had. */
export function hypervDiskControl(environment: Environment, hand: HypervHand, disk: HypervDiskHand, node: string): DiskControl {
  const parent = hypervParent(environment, hand);
  const { path } = disk;
  const isIn = async (signal: AbortSignal): Promise<boolean> => driveOf(await parent.machine(signal), path) !== null;
  return {
    how: `${path} of machine ${hand.guest} of the Hyper-V host ${hand.host}`,
    byProcess: false,
    read: async (signal) => ((await isIn(signal)) ? 'present' : 'removed'),
    refusal: async (signal) => refusalOf(await parent.machine(signal), disk),
    place: async (signal) => placeOf(removable(await parent.machine(signal), disk)),
    remove: async (signal) => {
      const machine = await parent.machine(signal);
      removable(machine, disk);
      await changeOrLook(async () => parent.moveDisk(machine, 'remove', { Path: path }, signal), async () => !(await isIn(signal)), signal);
    },
    insert: async (signal, _hands, place = {}) => {
      const machine = await parent.machine(signal);
      if (driveOf(machine, path) !== null) return;
      // Without a slot the host takes the first that is free.
      const { controllerNumber = -1, controllerLocation = -1, maximumIops = '', minimumIops = '', persistentReservations = false } = place;
      const parameters = { Path: path, Number: controllerNumber, Location: controllerLocation, MaximumIops: maximumIops, MinimumIops: minimumIops, Persistent: persistentReservations };
      await changeOrLook(async () => parent.moveDisk(machine, 'insert', parameters, signal), async () => isIn(signal), signal);
    },
    manualInsert: (place = {}) => manual(hand, path, node, place),
  };
}
