import { z } from 'zod';
import type { Environment, PowerHand } from '../../environment/environment.ts';
import { disksOf, marksInFile, runningMachines, type VmwareDisk } from '../../platforms/vmware/answers.ts';
import { vmwareScript } from '../../platforms/vmware/scripts.ts';
import { list } from '../../transports/powershell/json51.ts';
import { askWindows, onHost, wayToParent } from '../on-host.ts';

export type VmwareHand = Extract<PowerHand, { hand: 'parent-vmware' }>;

/** Bounds on a question and on a change, ms: a start waits for memory and locks. */
const readTimeoutMs = 30_000;
const changeTimeoutMs = 90_000;

interface Said {
  status: number;
  said: string[];
}

/** A VMware Workstation of which a node is a guest. Keeps nothing open. */
export interface Workstation {
  isRunning(signal: AbortSignal): Promise<boolean>;
  stopHard(signal: AbortSignal): Promise<void>;
  start(signal: AbortSignal): Promise<void>;
  disks(signal: AbortSignal): Promise<VmwareDisk[]>;
  setPresent(label: string, present: boolean, signal: AbortSignal): Promise<void>;
  marks(signal: AbortSignal): Promise<ReturnType<typeof marksInFile>>;
}

const saidReading = z.object({ status: z.int(), said: list(z.string()) });
const linesReading = z.object({ lines: list(z.string()) });

/** Where the installer puts the programs, unless the environment file says otherwise. */
const defaultTools = { linux: '/usr/bin', windows: String.raw`C:\Program Files (x86)\VMware\VMware Workstation` } as const;

/** The path of a program on the host. */
export function programOn({ system, tools = defaultTools[system] }: VmwareHand, program: 'vmrun' | 'vmcli'): string {
  return system === 'windows' ? `${tools}\\${program}.exe` : `${tools}/${program}`;
}

/** The Workstation of a node by its power hand. */
export function workstationOf(environment: Environment, hand: VmwareHand): Workstation {
  const way = wayToParent(environment, hand);
  const isWindows = hand.system === 'windows';

  async function say(program: 'vmrun' | 'vmcli', words: readonly string[], options: { timeoutMs: number; signal: AbortSignal; outside?: true }): Promise<Said> {
    const path = programOn(hand, program);
    const { timeoutMs, signal, outside } = options;
    if (isWindows) return askWindows(way, vmwareScript(outside === true ? 'begin-program' : 'call-program'), saidReading, { parameters: { Program: path, Words: words }, timeoutMs, signal });
    const { code, stdout, stderr } = await onHost(way, signal, async (host) => host.exec([path, ...words], { timeoutMs, signal }));
    return { status: code, said: `${stdout}\n${stderr}`.split(/\r?\n/) };
  }

  async function demand(program: 'vmrun' | 'vmcli', words: readonly string[], options: { timeoutMs: number; signal: AbortSignal; outside?: true }): Promise<string[]> {
    const { status, said } = await say(program, words, options);
    if (status !== 0) throw new Error(`${programOn(hand, program)} ${words[0] === hand.guest ? words.slice(1, 3).join(' ') : (words[2] ?? '')} on ${hand.host} ended with status ${status}: ${said.join(' ').trim() || 'it said nothing'}.`);
    return said;
  }

  const same = (one: string, other: string): boolean => (isWindows ? one.toLowerCase() === other.toLowerCase() : one === other);
  return {
    isRunning: async (signal) => runningMachines(await demand('vmrun', ['-T', 'ws', 'list'], { timeoutMs: readTimeoutMs, signal })).some((path) => same(path, hand.guest)),
    stopHard: async (signal) => void (await demand('vmrun', ['-T', 'ws', 'stop', hand.guest, 'hard'], { timeoutMs: changeTimeoutMs, signal })),
    // Windows OpenSSH ends what a session began together with it: a machine must be begun outside of it.
    start: async (signal) => void (await demand('vmrun', ['-T', 'ws', 'start', hand.guest, 'nogui'], { timeoutMs: changeTimeoutMs, signal, outside: true })),
    disks: async (signal) => disksOf((await demand('vmcli', [hand.guest, 'Disk', 'query', '-f', 'json'], { timeoutMs: readTimeoutMs, signal })).join('\n')),
    setPresent: async (label, present, signal) => void (await demand('vmcli', [hand.guest, 'Disk', 'SetPresent', label, present ? '1' : '0'], { timeoutMs: changeTimeoutMs, signal })),
    marks: async (signal) => {
      if (isWindows) return marksInFile((await askWindows(way, vmwareScript('read-marks'), linesReading, { parameters: { File: hand.guest }, timeoutMs: readTimeoutMs, signal })).lines);
      const { code, stdout, stderr } = await onHost(way, signal, async (host) => host.exec(['grep', '-iE', String.raw`^\s*(uuid\.bios|displayName|vhv\.enable)\s*=`, hand.guest], { timeoutMs: readTimeoutMs, signal }));
      if (code > 1) throw new Error(`${hand.guest} on ${hand.host} could not be read: ${stderr.trim()}`);
      return marksInFile(stdout.split('\n'));
    },
  };
}
