import type { Environment, PowerHand } from '../../environment/environment.ts';
import { machineReading, moveReading, switchReading, type Machine } from '../../platforms/hyperv/machine-readings.ts';
import { scriptNamed } from '../../platforms/hyperv/scripts.ts';
import type { ScriptValue } from '../../transports/powershell/payload.ts';
import { askWindows, wayToParent, type Way } from '../on-host.ts';

export type HypervHand = Extract<PowerHand, { hand: 'parent-hyperv' }>;

/** PowerShell starts in a second or two, and a busy host lists its machines in some more, ms. */
const readTimeoutMs = 30_000;
/** A machine that is turned off is gone in seconds; one that starts waits for its memory and its storage, ms. */
const changeTimeoutMs = 120_000;

/** A Hyper-V host of which a node is a guest. Keeps nothing open. */
export interface HypervParent {
  /** @throws Error when the host has no such guest, or more than one */
  machine(signal: AbortSignal): Promise<Machine>;
  /** The state that it has afterwards. */
  turn(machine: Machine, action: 'off' | 'on', signal: AbortSignal): Promise<string>;
  /** How many drives of the guest are the disk afterwards. */
  moveDisk(machine: Machine, action: 'remove' | 'insert', parameters: Readonly<Record<string, ScriptValue>>, signal: AbortSignal): Promise<number>;
}

async function readMachine(way: Way, { host, guest }: HypervHand, signal: AbortSignal): Promise<Machine> {
  const { found, machine } = await askWindows(way, scriptNamed('read-machine'), machineReading, { parameters: { Guest: guest }, timeoutMs: readTimeoutMs, signal });
  if (machine !== null) return machine;
  if (found > 1) throw new Error(`The Hyper-V host ${host} has ${found} machines named "${guest}". Write the id of the right one as nodes[].power.guest: (Get-VM).Id.`);
  throw new Error(`The Hyper-V host ${host} shows no machine "${guest}" to this account. Correct nodes[].power.guest, or let the account be one of the host's Hyper-V administrators.`);
}

/** The parent of a node by its power hand. */
export function hypervParent(environment: Environment, hand: HypervHand): HypervParent {
  const way = wayToParent(environment, hand);
  return {
    machine: async (signal) => readMachine(way, hand, signal),
    turn: async ({ id }, action, signal) => (await askWindows(way, scriptNamed('switch-machine'), switchReading, { parameters: { Id: id, Action: action }, timeoutMs: changeTimeoutMs, signal })).now,
    moveDisk: async ({ id }, action, parameters, signal) => (await askWindows(way, scriptNamed('move-disk'), moveReading, { parameters: { Id: id, Action: action, ...parameters }, timeoutMs: changeTimeoutMs, signal })).left,
  };
}

/** Text for PowerShell between single quotes. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
