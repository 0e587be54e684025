import { expect, test } from 'vitest';
import { createAssembler } from './program.ts';

/** Instructions as bpf's own documentation writes them: code, registers, offset, value; little-endian. */
const hex = (code: ReturnType<typeof createAssembler>): string[] => (code.assemble().toString('hex').match(/.{16}/g) ?? []);

test('instructions are encoded as RFC 9669 says', () => {
  const code = createAssembler();
  code.load(16, 5, 2, 12);
  code.store(64, 10, -16, 1);
  code.set(0, -1);
  code.compute('divide', 8, 1000);
  code.compute('and', 5, 18);
  code.atomicAdd(6, 8, 1, true);
  code.map(1, 7);
  code.call(5);
  code.exit();
  expect(hex(code)).toEqual(['69250c0000000000', '7b1af0ff00000000', 'b7000000ffffffff', '37080000e8030000', '5705000012000000', 'db16080001000000', '1811000007000000', '0000000000000000', '8500000005000000', '9500000000000000']);
});

test('a jump leads to its label, over the two places of a map', () => {
  const code = createAssembler();
  code.jumpIf(1, 'equal', 3, 'end');
  code.map(1, 7);
  code.jumpIfRegister(1, 'greater', 9, 'end');
  code.label('end');
  code.exit();
  expect(hex(code)[0]).toBe('1501030003000000');
  expect(hex(code)[3]).toBe('2d91000000000000');
});

test('a jump into nowhere is refused', () => {
  const code = createAssembler();
  code.jump('nowhere');
  expect(() => code.assemble()).toThrow('no label "nowhere"');
});
