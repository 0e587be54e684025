/**
 * An assembler for the instructions of eBPF that the gate needs (RFC 9669), with labels for jumps. Registers are numbers 0 to 10.
 */
export interface Assembler {
  /** `to` = the memory at `from` + `offset`, `bits` wide. */
  load(bits: 8 | 16 | 32 | 64, to: number, from: number, offset: number): void;
  /** Stores a register into the memory at `to` + `offset`. */
  store(bits: 8 | 32 | 64, to: number, offset: number, from: number): void;
  storeZero32(to: number, offset: number): void;
  move(to: number, from: number): void;
  set(to: number, value: number): void;
  /** `to` = `to` op the value. */
  compute(operation: 'add' | 'multiply' | 'divide' | 'shiftLeft' | 'and', to: number, value: number): void;
  addRegister(to: number, from: number): void;
  subtractRegister(to: number, from: number): void;
  /** Jumps to the label when the comparison with the value holds (unsigned). */
  jumpIf(left: number, comparison: 'equal' | 'notEqual' | 'atLeast', value: number, label: string): void;
  jumpIfRegister(left: number, comparison: 'greater' | 'atLeast', right: number, label: string): void;
  jump(label: string): void;
  call(helper: number): void;
  /** `to` = the map of this descriptor. */
  map(to: number, descriptor: number): void;
  /** Adds the register to the memory at `to` + `offset` (64 bits), atomically; with `fetch` the register takes the value before. */
  atomicAdd(to: number, offset: number, from: number, fetch?: boolean): void;
  label(name: string): void;
  exit(): void;
  /** @throws Error when a jump leads to a label that was not set. */
  assemble(): Buffer;
}

const loads = { 8: 0x71, 16: 0x69, 32: 0x61, 64: 0x79 } as const;
const stores = { 8: 0x73, 32: 0x63, 64: 0x7b } as const;
const operations = { add: 0x07, multiply: 0x27, divide: 0x37, shiftLeft: 0x67, and: 0x57 } as const;
const comparisons = { equal: 0x15, notEqual: 0x55, atLeast: 0x35 } as const;
const registerComparisons = { greater: 0x2d, atLeast: 0x3d } as const;
const pseudoMapDescriptor = 1;
const bytes = 8;

export function createAssembler(): Assembler {
  const instructions: Buffer[] = [];
  const labels = new Map<string, number>();
  const jumps: { at: number; label: string }[] = [];
  const emit = (code: number, to: number, from: number, offset: number, value: number): void => {
    const instruction = Buffer.alloc(bytes);
    instruction[0] = code;
    instruction[1] = to | (from << 4);
    instruction.writeInt16LE(offset, 2);
    instruction.writeInt32LE(value, 4);
    instructions.push(instruction);
  };
  const emitJump = (code: number, to: number, from: number, value: number, label: string): void => {
    jumps.push({ at: instructions.length, label });
    emit(code, to, from, 0, value);
  };
  return {
    load: (bits, to, from, offset) => emit(loads[bits], to, from, offset, 0),
    store: (bits, to, offset, from) => emit(stores[bits], to, from, offset, 0),
    storeZero32: (to, offset) => emit(0x62, to, 0, offset, 0),
    move: (to, from) => emit(0xbf, to, from, 0, 0),
    set: (to, value) => emit(0xb7, to, 0, 0, value),
    compute: (operation, to, value) => emit(operations[operation], to, 0, 0, value),
    addRegister: (to, from) => emit(0x0f, to, from, 0, 0),
    subtractRegister: (to, from) => emit(0x1f, to, from, 0, 0),
    jumpIf: (left, comparison, value, label) => emitJump(comparisons[comparison], left, 0, value, label),
    jumpIfRegister: (left, comparison, right, label) => emitJump(registerComparisons[comparison], left, right, 0, label),
    jump: (label) => emitJump(0x05, 0, 0, 0, label),
    call: (helper) => emit(0x85, 0, 0, 0, helper),
    map(to, descriptor) {
      emit(0x18, to, pseudoMapDescriptor, 0, descriptor);
      emit(0, 0, 0, 0, 0);
    },
    atomicAdd: (to, offset, from, fetch = false) => emit(0xdb, to, from, offset, fetch ? 1 : 0),
    label: (name) => void labels.set(name, instructions.length),
    exit: () => emit(0x95, 0, 0, 0, 0),
    assemble() {
      for (const { at, label } of jumps) {
        const target = labels.get(label);
        if (target === undefined) throw new Error(`the program has no label "${label}"`);
        instructions[at]?.writeInt16LE(target - at - 1, 2);
      }
      return Buffer.concat(instructions);
    },
  };
}
