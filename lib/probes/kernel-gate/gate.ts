import { execFileSync } from 'node:child_process';
import type { Family } from '../address.ts';
import { openBpf } from './bpf.ts';
import type { Bpf, Hook } from './bpf.ts';
import { entryBytes, gateProgram, targetPrefix } from './gate-program.ts';
import type { GateLayout } from './gate-program.ts';

/** A window of one target in which the kernel drops what is sent to it, ns of CLOCK_MONOTONIC, and what the kernel counted. */
export interface CountedWindow {
  target: number;
  fromNs: number;
  toNs: number;
  /** Echo requests, datagrams and first segments of connections: those let through within the slot of this window, and those dropped within it. */
  passed: number;
  dropped: number;
}

/** An outage to come: from `atNs` within the slot on. */
export interface PlannedWindow {
  atNs: number;
  lengthNs: number;
}

/** The truth: drops packets in windows that were programmed in advance, in the kernel, and counts them there. */
export interface KernelGate {
  /** Where it drops, for the record. */
  where: string;
  address(target: number, family: Family): string;
  /**
   * Programs every window. `plan` is asked for each target and slot. Returns when slot 0 begins, ns of CLOCK_MONOTONIC: in `leadNs`, or later on a
   * machine that needs longer to program all of it. Nothing is dropped before that is done.
   */
  begin(leadNs: number, plan: (target: number, slot: number) => PlannedWindow): number;
  /** The windows with their counts. A window of length 0 stands for a slot without one. */
  windows(): CountedWindow[];
  /** Moments at which probes arrived at the first target, ns of CLOCK_MONOTONIC, as many as the log holds. */
  arrivals(): Float64Array;
  close(): void;
}

const loopbackIndex = 1;
const leastLeadNs = 1e6;
const slotLimitNs = 2 ** 31 - 1;

/** The target number `target`, from 0, has an address of each family. */
export function gateAddress(target: number, family: Family = 4): string {
  const [first, second] = targetPrefix[family];
  if (family === 4) return [first, second, (target + 1) >> 8, (target + 1) & 0xff].join('.');
  return `${((first << 8) | second).toString(16)}::${(target + 1).toString(16)}`;
}

/** Lets every address of the targets of a family be one of this network namespace, on its loopback device. */
export function prepareTargets(family: Family): void {
  execFileSync('ip', ['link', 'set', 'lo', 'up']);
  // All of 127.0.0.0/8 is local from the beginning.
  if (family === 6) execFileSync('ip', ['-6', 'route', 'replace', 'local', `${gateAddress(0, 6).replace(/1$/, '')}/64`, 'dev', 'lo']);
}

/**
 * Puts the gate onto the loopback device of this process's network namespace, which should be one of its own: every address of
 * 127.77.0.0/16 is a target there, and of fd77::/64 where it is prepared. Needs root (CAP_BPF and CAP_NET_ADMIN) and Linux 5.12; from 6.6 on it drops as packets leave, so
 * that nothing but the prober is measured, before that as they arrive. It is gone when this process ends.
 *
 * @throws Error with the kernel's words when it is not permitted.
 */
export function openKernelGate(layout: GateLayout): KernelGate {
  if (layout.slotNs > slotLimitNs) throw new Error(`a slot of ${layout.slotNs} ns is longer than the gate can count (${slotLimitNs} ns)`);
  const bpf = openBpf();
  const control = bpf.createArray(entryBytes.control, 1);
  const windowMap = bpf.createArray(entryBytes.window, layout.targets * layout.windows);
  const log = bpf.createArray(entryBytes.log, Math.max(1, layout.logged));
  const install = (hook: Hook): number[] => installProgram(bpf, hook, gateProgram(hook, layout, { control, windows: windowMap, log }));
  let where = 'in the kernel, as probes leave (TCX)';
  let installed: number[];
  try {
    installed = install('egress');
  } catch {
    where = 'in the kernel, as probes arrive (XDP)';
    installed = install('ingress');
  }
  const entry = Buffer.alloc(entryBytes.window);
  const program = (epochNs: number, plan: (target: number, slot: number) => PlannedWindow): void => {
    for (let target = 0; target < layout.targets; target++) {
      for (let slot = 0; slot < layout.windows; slot++) {
        const { atNs, lengthNs } = plan(target, slot);
        const fromNs = Math.round(epochNs + slot * layout.slotNs + atNs);
        entry.fill(0);
        entry.writeBigUInt64LE(BigInt(fromNs), 0);
        entry.writeBigUInt64LE(BigInt(fromNs + Math.round(lengthNs)), 8);
        bpf.update(windowMap, target * layout.windows + slot, entry);
      }
    }
  };

  return {
    where,
    address: gateAddress,
    begin(leadNs, plan) {
      for (let patienceNs = Math.max(leadNs, leastLeadNs); ; patienceNs *= 2) {
        const epochNs = Math.round(monotonicNs() + patienceNs);
        program(epochNs, plan);
        if (monotonicNs() > epochNs) continue;
        const head = Buffer.alloc(entryBytes.control);
        head.writeBigUInt64LE(BigInt(epochNs), 0);
        bpf.update(control, 0, head);
        return epochNs;
      }
    },
    windows: () =>
      Array.from({ length: layout.targets * layout.windows }, (_, index) => {
        bpf.lookup(windowMap, index, entry);
        const [fromNs = 0, toNs = 0, passed = 0, dropped = 0] = [0, 8, 16, 24].map((at) => Number(entry.readBigUInt64LE(at)));
        return { target: Math.floor(index / layout.windows), fromNs, toNs, passed, dropped };
      }),
    arrivals() {
      const head = Buffer.alloc(entryBytes.control);
      bpf.lookup(control, 0, head);
      const moment = Buffer.alloc(entryBytes.log);
      return Float64Array.from({ length: Math.min(layout.logged, Number(head.readBigUInt64LE(8))) }, (_, index) => {
        bpf.lookup(log, index, moment);
        return Number(moment.readBigUInt64LE());
      });
    },
    close() {
      for (const descriptor of [...installed, log, windowMap, control]) bpf.close(descriptor);
    },
  };
}

/** Descriptors of the link and the program. */
function installProgram(bpf: Bpf, hook: Hook, instructions: Buffer): number[] {
  const program = bpf.loadProgram(hook, instructions);
  try {
    return [bpf.attach(hook, program, loopbackIndex), program];
  } catch (error) {
    bpf.close(program);
    throw error;
  }
}

function monotonicNs(): number {
  return Number(process.hrtime.bigint());
}
