import type { Environment } from '../../environment/environment.ts';
import type { Machine } from '../../platforms/hyperv/machine-readings.ts';
import { changeOrLook } from '../lost-answer.ts';
import type { MachineMarks, PowerControl, PowerReading } from '../power-control.ts';
import { hypervGround } from './ground.ts';
import { hypervParent, quoted, type HypervHand, type HypervParent } from './machine.ts';

/** A saved machine draws no power: it is off, and a start resumes it. A paused one holds its memory and does nothing. */
const off = new Set(['Off', 'Saved', 'FastSaved', 'OffCritical', 'SavedCritical']);

/** What a state of Get-VM says of the power. @throws Error for a machine that is neither on nor off */
export function powerReadingOf({ state, name }: Pick<Machine, 'state' | 'name'>, host: string): PowerReading {
  if (state === 'Running') return 'on';
  if (off.has(state)) return 'off';
  if (state.startsWith('Paused')) throw new Error(`The machine ${name} of the Hyper-V host ${host} is ${state}: neither on nor off. See why (its storage may be full), then run Resume-VM -Name ${quoted(name)} there.`);
  return 'changing';
}

/** A cluster of the parent's own would start the machine again by itself, elsewhere perhaps: then its power does not stay off. */
function refuseClustered({ clustered, name }: Machine, host: string): void {
  if (clustered) throw new Error(`The machine ${name} is a role of a cluster that the Hyper-V host ${host} belongs to: that cluster would start it again. Take it out there (Remove-ClusterGroup -VMId, with -RemoveResources), or use another hand.`);
}

async function turn(parent: HypervParent, host: string, action: 'off' | 'on', signal: AbortSignal): Promise<void> {
  const machine = await parent.machine(signal);
  if (action === 'off') refuseClustered(machine, host);
  const isDone = async (): Promise<boolean> => powerReadingOf(await parent.machine(signal), host) === action;
  const now = await changeOrLook(async () => parent.turn(machine, action, signal), isDone, signal);
  if (now !== null && off.has(now) !== (action === 'off')) throw new Error(`The Hyper-V host ${host} was asked to turn ${machine.name} ${action}, and it is ${now}.`);
}

/** The marks that the host gives to the machine's firmware, as the node finds them in SMBIOS. */
function marksOf({ name, biosGuid, serials }: Machine): MachineMarks {
  const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(biosGuid)?.[0] ?? null;
  return { hostName: name, uuid, serials: serials.filter((serial) => serial !== '') };
}

/** The power of a node that is a guest of a Hyper-V host, by Windows PowerShell over ssh to that host. */
export function hypervPowerControl(environment: Environment, hand: HypervHand, node: string): PowerControl {
  const parent = hypervParent(environment, hand);
  return {
    how: `machine ${hand.guest} of the Hyper-V host ${hand.host}`,
    byProcess: false,
    read: async (signal) => powerReadingOf(await parent.machine(signal), hand.host),
    off: async (signal) => turn(parent, hand.host, 'off', signal),
    on: async (signal) => turn(parent, hand.host, 'on', signal),
    machine: async (signal) => marksOf(await parent.machine(signal)),
    ground: async (signal) => hypervGround(environment, hand, signal),
    manualOn: () => [`# On the Hyper-V host of ${node} (${hand.host}), in an elevated PowerShell:`, `Start-VM -Name ${quoted(hand.guest)}`],
  };
}
