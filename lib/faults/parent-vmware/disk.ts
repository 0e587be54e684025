import { findDiskReading } from '../../platforms/hyperv/machine-readings.ts';
import { scriptNamed } from '../../platforms/hyperv/scripts.ts';
import type { DiskHand, Environment } from '../../environment/environment.ts';
import { SshError } from '../../transports/ssh-error.ts';
import type { DiskControl, DiskReading } from '../disk-control.ts';
import { changeOrLook } from '../lost-answer.ts';
import { askWindows } from '../on-host.ts';
import { wayToNode } from '../on-node.ts';
import { sshDiskControl } from '../ssh-disk.ts';
import { programOn, workstationOf, type VmwareHand, type Workstation } from './workstation.ts';

type VmwareDiskHand = Extract<DiskHand, { hand: 'parent-vmware' }>;

const findTimeoutMs = 30_000;
/** MSFT_PhysicalDisk.OperationalStatus: No Contact, Lost Communication. */
const lost = new Set([12, 13]);

/** The node's own sight of its disk: what the host writes into the settings of a running machine need not reach it. */
interface NodeSight {
  sees(signal: AbortSignal): Promise<boolean>;
  /** Has the node look for disks, where it does not by itself. */
  look(signal: AbortSignal): Promise<void>;
}

function sightOf(environment: Environment, { id, serial }: VmwareDiskHand, node: string): NodeSight {
  if (environment.platform === 'hyperv') {
    return {
      sees: async (signal) => (await askWindows(wayToNode(environment, node), scriptNamed('find-disk'), findDiskReading, { parameters: { Serial: serial }, timeoutMs: findTimeoutMs, signal })).disks.some(({ op }) => !op.some((code) => lost.has(code))),
      look: async () => undefined,
    };
  }
  const kernel = sshDiskControl(environment, node, { id, hand: 'ssh', serial });
  return { sees: async (signal) => (await kernel.read(signal)) === 'present', look: async (signal) => kernel.insert(signal) };
}

const clean = (path: string): string => path.replaceAll('\\', '/').toLowerCase();

/** Whether the host has the disk at its slot. @throws Error when another file stands there */
async function isPresent(workstation: Workstation, { slot, file, id }: VmwareDiskHand, signal: AbortSignal): Promise<boolean> {
  const found = (await workstation.disks(signal)).find(({ label }) => label === slot);
  if (found === undefined) return false;
  if (clean(found.file) !== clean(file) && !clean(found.file).endsWith(`/${clean(file)}`)) throw new Error(`At ${slot} is another disk than the environment file says: ${found.file}. If it is the right one, write file: "${found.file}" at the disk ${id} of nodes[].disks.`);
  return true;
}

/** Both must agree. A node that is off sees nothing; then the host's word is all there is. */
async function read(workstation: Workstation, sight: NodeSight, disk: VmwareDiskHand, signal: AbortSignal): Promise<DiskReading> {
  if (await isPresent(workstation, disk, signal)) {
    const seen = await sight.sees(signal).catch((error: unknown) => {
      signal.throwIfAborted();
      if (error instanceof SshError && !error.unknownOutcome) return true;
      throw error;
    });
    return seen ? 'present' : 'changing';
  }
  return (await sight.sees(signal)) ? 'changing' : 'removed';
}

/** A disk of a node that is a guest of VMware Workstation: taken out of its settings while it runs, and put back into its slot. */
export function vmwareDiskControl(environment: Environment, hand: VmwareHand, disk: VmwareDiskHand, node: string): DiskControl {
  const workstation = workstationOf(environment, hand);
  const sight = sightOf(environment, disk, node);
  const setPresent = async (wanted: boolean, signal: AbortSignal): Promise<void> => void (await changeOrLook(async () => workstation.setPresent(disk.slot, wanted, signal), async () => (await isPresent(workstation, disk, signal)) === wanted, signal));
  return {
    how: `${disk.slot} of ${hand.guest} of the VMware Workstation on ${hand.host}`,
    byProcess: false,
    read: async (signal) => read(workstation, sight, disk, signal),
    refusal: async (signal) => {
      if (!(await isPresent(workstation, disk, signal))) return `At ${disk.slot} of ${hand.guest} is no disk.`;
      return (await sight.sees(signal)) ? null : `${node} sees no disk with the serial number ${disk.serial}: nobody could tell whether it is gone (VMware shows one with disk.EnableUUID = "TRUE").`;
    },
    remove: async (signal) => {
      if (!(await isPresent(workstation, disk, signal))) throw new Error(`At ${disk.slot} of ${hand.guest} is no disk: there is no ${disk.id} to take out of ${node}.`);
      if (!(await sight.sees(signal))) throw new Error(`${node} sees no disk with the serial number ${disk.serial}: nobody could tell whether it is gone. Correct serial at the disk ${disk.id} of nodes[].disks (VMware shows one with disk.EnableUUID = "TRUE").`);
      await setPresent(false, signal);
    },
    insert: async (signal) => {
      if (!(await isPresent(workstation, disk, signal))) await setPresent(true, signal);
      if (!(await sight.sees(signal))) await sight.look(signal);
    },
    manualInsert: () => [`# On the host of ${node} (${hand.host}):`, `"${programOn(hand, 'vmcli')}" "${hand.guest}" Disk SetPresent ${disk.slot} 1`],
  };
}
