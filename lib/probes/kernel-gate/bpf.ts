import { load } from 'koffi';
import { errnoName, pin } from '../icmp/libc.ts';

/** Where a program sees packets: as they leave (Linux 6.6, TCX) or as they arrive (Linux 5.9, XDP in the mode that works on every device). */
export type Hook = 'egress' | 'ingress';

/**
 * The few commands of bpf(2) that the gate needs, through koffi. Numbers and layouts are those of Linux's uapi header `bpf.h`.
 * Maps, programs and links live as long as their descriptors: when this process ends, in whichever way, all of them are gone.
 */
export interface Bpf {
  createArray(valueBytes: number, entries: number): number;
  /** Loads a program for a hook. @throws Error with the verifier's words when it is refused. */
  loadProgram(hook: Hook, instructions: Buffer): number;
  /** Attaches it to a device of this network namespace. */
  attach(hook: Hook, program: number, device: number): number;
  /** Reads the entry into `value`. */
  lookup(map: number, index: number, value: Buffer): void;
  update(map: number, index: number, value: Buffer): void;
  close(descriptor: number): void;
}

const syscallNumbers: Partial<Record<NodeJS.Architecture, number>> = { x64: 321, arm64: 280 };
const commands = { mapCreate: 0, mapLookup: 1, mapUpdate: 2, programLoad: 5, linkCreate: 28 } as const;
const BPF_MAP_TYPE_ARRAY = 2;
/** Program type (SCHED_CLS, XDP), attach type (TCX_EGRESS, XDP) and flags (XDP_FLAGS_SKB_MODE). */
const hooks = { egress: { program: 3, attach: 47, flags: 0 }, ingress: { program: 6, attach: 37, flags: 2 } } as const;
const attributeBytes = 128;
const logBytes = 65_536;
const instructionBytes = 8;
/** Of what the verifier says only the end is worth telling. */
const lastWords = 3;
/** The longest entry of a map that is read or written here. */
const longestValue = 64;
/** The verifier gives up with EAGAIN when a signal is pending, as libbpf knows too: it is asked again. */
const attempts = 20;

/** @throws Error where the system is not one whose numbers are known. */
export function openBpf(): Bpf {
  const number = syscallNumbers[process.arch];
  if (process.platform !== 'linux' || number === undefined) throw new Error(`bpf(2) is known here for Linux on x64 and arm64, this is ${process.platform} on ${process.arch}`);
  const library = load('libc.so.6');
  const syscall = library.func('intptr_t syscall(long, int, uintptr_t, unsigned int)') as (number: number, command: number, attributes: bigint, bytes: number) => number;
  const closeCall = library.func('int close(int)') as (descriptor: number) => number;
  const attributes = pin(attributeBytes);
  const license = pin(8);
  license.memory.write('GPL\0', 'latin1');
  const log = pin(logBytes);
  const key = pin(4);
  const value = pin(longestValue);

  const call = (command: number, title: string, fill: (attribute: Buffer) => void): number => {
    attributes.memory.fill(0);
    fill(attributes.memory);
    for (let attempt = 1; ; attempt++) {
      const result = syscall(number, command, attributes.at, attributeBytes);
      if (result >= 0) return result;
      const name = errnoName();
      if (name === 'EAGAIN' && attempt < attempts) continue;
      const words = log.memory.toString('latin1', 0, Math.max(0, log.memory.indexOf(0))).trim().split('\n').slice(-lastWords).join('; ');
      throw new Error(`bpf(2) refuses to ${title}: ${name}${words === '' ? '' : ` (${words})`}`);
    }
  };
  const entry = (map: number, index: number): void => {
    key.memory.writeUInt32LE(index);
    attributes.memory.writeUInt32LE(map, 0);
    attributes.memory.writeBigUInt64LE(key.at, 8);
    attributes.memory.writeBigUInt64LE(value.at, 16);
  };

  return {
    createArray: (valueBytes, entries) =>
      call(commands.mapCreate, 'create a map', (attribute) => {
        for (const [place, field] of [BPF_MAP_TYPE_ARRAY, 4, valueBytes, entries].entries()) attribute.writeUInt32LE(field, place * 4);
      }),
    loadProgram(hook, instructions) {
      const code = pin(instructions.length);
      instructions.copy(code.memory);
      return call(commands.programLoad, 'load a program', (attribute) => {
        attribute.writeUInt32LE(hooks[hook].program, 0);
        attribute.writeUInt32LE(instructions.length / instructionBytes, 4);
        attribute.writeBigUInt64LE(code.at, 8);
        attribute.writeBigUInt64LE(license.at, 16);
        attribute.writeUInt32LE(1, 24);
        attribute.writeUInt32LE(logBytes, 28);
        attribute.writeBigUInt64LE(log.at, 32);
        attribute.writeUInt32LE(hooks[hook].attach, 68);
      });
    },
    attach: (hook, program, device) =>
      call(commands.linkCreate, 'attach a program', (attribute) => {
        for (const [place, field] of [program, device, hooks[hook].attach, hooks[hook].flags].entries()) attribute.writeUInt32LE(field, place * 4);
      }),
    lookup(map, index, into) {
      call(commands.mapLookup, 'read a map', () => entry(map, index));
      value.memory.copy(into, 0, 0, into.length);
    },
    update(map, index, from) {
      from.copy(value.memory);
      call(commands.mapUpdate, 'write a map', () => entry(map, index));
    },
    close: (descriptor) => void closeCall(descriptor),
  };
}
