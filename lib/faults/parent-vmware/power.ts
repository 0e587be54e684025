import { setTimeout as sleep } from 'node:timers/promises';
import type { Environment } from '../../environment/environment.ts';
import { changeOrLook } from '../lost-answer.ts';
import type { ParentFinding, PowerControl } from '../power-control.ts';
import { programOn, workstationOf, type VmwareHand, type Workstation } from './workstation.ts';

/** How long a machine may take to stand among the running ones, ms. */
const startMs = 60_000;
const pollMs = 1000;

async function stop(workstation: Workstation, { guest, host }: VmwareHand, signal: AbortSignal): Promise<void> {
  if (!(await workstation.isRunning(signal))) throw new Error(`${guest} is not among the running machines of ${host} that this account is shown (vmrun list): it runs as another user, or not at all. Use the account that started it.`);
  await changeOrLook(async () => workstation.stopHard(signal), async () => !(await workstation.isRunning(signal)), signal);
  if (await workstation.isRunning(signal)) throw new Error(`${guest} on ${host} runs although it was stopped hard.`);
}

/** Begins it, and waits until it is there: on Windows nobody hears what the program says. */
async function start(workstation: Workstation, { guest, host }: VmwareHand, signal: AbortSignal): Promise<void> {
  if (await workstation.isRunning(signal)) return;
  await changeOrLook(async () => workstation.start(signal), async () => workstation.isRunning(signal), signal);
  const end = performance.now() + startMs;
  while (!(await workstation.isRunning(signal))) {
    if (performance.now() > end) throw new Error(`${guest} on ${host} was started and is not among the running machines after ${startMs / 1000} s. See its vmware.log.`);
    await sleep(pollMs, undefined, { signal });
  }
}

/** Whether the account sees the machine run, which it must to stop it, and whether it may run guests itself where they are of a hypervisor that knows no other way. */
async function vmwareGround(environment: Environment, workstation: Workstation, { guest, host }: VmwareHand, signal: AbortSignal): Promise<ParentFinding[]> {
  const [isRunning, { virtualization }] = [await workstation.isRunning(signal), await workstation.marks(signal)];
  const what = `${guest} of the VMware Workstation on ${host}`;
  return [
    { title: `${what} is shown to this account`, ok: isRunning, detail: isRunning ? 'it is among the running machines (vmrun list)' : 'it is not among the running machines (vmrun list): it runs as another user, or not at all', remedy: 'Use the account that started it, or start it.' },
    ...(environment.platform === 'hyperv' ? [{ title: `${what} may run guests`, ok: virtualization, detail: virtualization ? 'vhv.enable is TRUE' : 'its file does not say vhv.enable = "TRUE"', remedy: 'Shut it down, and switch on "Virtualize Intel VT-x/EPT or AMD-V/RVI" in its settings.' }] : []),
  ];
}

/** The power of a node that is a guest of VMware Workstation, by vmrun over ssh to its host. */
export function vmwarePowerControl(environment: Environment, hand: VmwareHand, node: string): PowerControl {
  const workstation = workstationOf(environment, hand);
  return {
    how: `${hand.guest} of the VMware Workstation on ${hand.host}`,
    byProcess: false,
    read: async (signal) => ((await workstation.isRunning(signal)) ? 'on' : 'off'),
    off: async (signal) => stop(workstation, hand, signal),
    on: async (signal) => start(workstation, hand, signal),
    machine: async (signal) => {
      const { uuid, name } = await workstation.marks(signal);
      return { hostName: name, uuid, serials: [] };
    },
    ground: async (signal) => vmwareGround(environment, workstation, hand, signal),
    manualOn: () => [`# On the host of ${node} (${hand.host}), as ${hand.ssh?.user ?? 'the user of the environment file'}:`, `"${programOn(hand, 'vmrun')}" -T ws start "${hand.guest}" nogui`],
  };
}
