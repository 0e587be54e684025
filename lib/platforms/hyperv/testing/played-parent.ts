import type { Played, PlayedCall } from '../../../transports/testing/windows-node.ts';
import type { MachineDisk } from '../machine-readings.ts';
import { scriptNamed } from '../scripts.ts';

/*
 * A Hyper-V host with one machine, which is a node of a cluster. States and parameters are documented (module Hyper-V); that BIOSGUID
 * stands in braces is documented (Msvm_VirtualSystemSettingData); names, paths and how long things take are invented. As documented, a
 * drive that is added without a slot gets the first that is free.
 */

export interface PlayedParent {
  state: string;
  clustered: boolean;
  biosGuid: string;
  boot: string | null;
  disks: MachineDisk[];
  /** Other machines of the same name. */
  twins: number;
  /** What the host gives it to be a host itself, as documented for nested machines. */
  nesting: { virtualization: boolean; dynamicMemory: boolean; checkpoints: number; adapters: { name: string; spoofing: string }[] };
  /** What is answered in the place of the host's own answer. */
  intercept: (script: string, call: PlayedCall) => Played | null;
  /** Whether the connection breaks behind what was carried out, by the script and its action. */
  loses: (asked: string) => boolean;
  asked: string[];
  answer: (call: PlayedCall) => Played;
}

export const machineId = '5B1B0E5A-62C4-4B4C-9C41-1D6F5A1B7C11';
export const dataDiskOf = (name: string): string => `D:\\VMs\\${name}\\pool-1.vhdx`;
export const dataDisk = dataDiskOf('hv1');

const scripts = ['read-machine', 'switch-machine', 'move-disk', 'read-own-machine', 'find-disk', 'read-nesting'] as const;

/** A machine that runs, with the disk that it starts from and one of its pool. */
export function playParent(name = 'hv1', id = machineId): PlayedParent {
  const disk = (location: number, path: string): MachineDisk => ({ type: 'SCSI', number: 0, location, path, maximumIops: '0', minimumIops: '0', persistent: false });
  const boot = `D:\\VMs\\${name}\\system.vhdx`;
  const parent: PlayedParent = {
    state: 'Running',
    clustered: false,
    biosGuid: '{4C4C4544-0035-4A10-8051-B7C04F4A3333}',
    boot,
    disks: [disk(0, boot), disk(3, dataDiskOf(name))],
    twins: 0,
    nesting: { virtualization: true, dynamicMemory: false, checkpoints: 0, adapters: [{ name: 'Network Adapter', spoofing: 'On' }] },
    intercept: () => null,
    loses: () => false,
    asked: [],
    answer: (call) => {
      const script = scripts.find((one) => scriptNamed(one).text === call.script) ?? 'a script that is not known';
      const { Action: action } = call.parameters;
      const asked = action === undefined ? script : `${script} ${String(action)}`;
      parent.asked.push(asked);
      const answered = parent.intercept(script, call) ?? { host: 'PARENT', ...play(script, call.parameters) };
      return parent.loses(asked) ? 'drop' : answered;
    },
  };

  function move(parameters: PlayedCall['parameters']): Played & object {
    const { Action: action, Path: path, Number: number, Location: location, MaximumIops: maximumIops } = parameters;
    if (action === 'remove') parent.disks = parent.disks.filter((one) => one.path !== path);
    else {
      const free = Array.from({ length: 64 }, (_, index) => index).find((index) => parent.disks.every((one) => one.location !== index)) ?? 63;
      parent.disks.push({ ...disk(Number(location) < 0 ? free : Number(location), String(path)), number: Math.max(Number(number), 0), maximumIops: maximumIops === '' ? '0' : String(maximumIops) });
    }
    return { data: { left: parent.disks.filter((one) => one.path === path).length } };
  }

  function play(script: string, parameters: PlayedCall['parameters']): Played & object {
    switch (script) {
      case 'read-machine': {
        const found = parameters['Guest'] === name || parameters['Guest'] === id ? 1 + (parameters['Guest'] === name ? parent.twins : 0) : 0;
        // A list of one element comes as the element itself (5.1).
        return { data: { found, machine: found === 1 ? { id, name, state: parent.state, clustered: parent.clustered, biosGuid: parent.biosGuid, serials: '8044-1123-0000', boot: parent.boot, disks: parent.disks.length === 1 ? parent.disks[0] : parent.disks } : null } };
      }
      case 'read-nesting': {
        const isKnown = parameters['Guest'] === name || parameters['Guest'] === id;
        return { data: { found: isKnown ? 1 : 0, machine: isKnown ? { name, clustered: parent.clustered, ...parent.nesting } : null } };
      }
      case 'switch-machine': {
        const was = parent.state;
        parent.state = parameters['Action'] === 'off' ? 'Off' : 'Running';
        return { data: { was, now: parent.state } };
      }
      case 'move-disk':
        return move(parameters);
      default:
        return { error: { message: 'this script is not played' } };
    }
  }
  return parent;
}
