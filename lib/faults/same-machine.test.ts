import { describe, expect, it } from 'vitest';
import { marksOf } from './own-machine.ts';
import type { MachineMarks } from './power-control.ts';
import { sameMachine } from './same-machine.ts';

const uuid = '4C4C4544-0035-4A10-8051-B7C04F4A3333';
const turned = '44454c4c-3500-104a-8051-b7c04f4a3333';
const marks = (changes: Partial<MachineMarks>): MachineMarks => ({ hostName: null, uuid: null, serials: [], ...changes });

describe('sameMachine', () => {
  it.each<[string, Partial<MachineMarks>, Partial<MachineMarks> | null, boolean | null, string]>([
    ['the same UUID', { uuid }, { uuid: uuid.toLowerCase() }, true, 'UUID'],
    ['the same UUID with its bytes turned, as older firmware tells it', { uuid: turned }, { uuid }, true, 'UUID'],
    ['another UUID, whatever the names say', { uuid, hostName: 'n1' }, { uuid: uuid.replace('4C', '5C') }, false, 'runs on'],
    ['the same serial number among several', { serials: ['CN747', 'ABC1234'] }, { serials: ['abc1234'] }, true, 'serial number ABC1234'],
    ['another serial number, which proves nothing, and the right name', { serials: ['CN747'], hostName: 'n1.example.org' }, { serials: ['ABC1234'] }, true, 'power of n1'],
    ['another serial number and no name', { serials: ['CN747'] }, { serials: ['ABC1234'] }, null, 'does not say'],
    ['a UUID on one side only, and the wrong name', { uuid, hostName: 'n2' }, null, false, 'power of n2'],
    ['nothing at all', {}, null, null, 'does not say'],
  ])('%s', (_what, hand, own, ok, detail) => {
    const told = sameMachine('n1', marks(hand), own === null ? null : marks(own));
    expect(told.ok).toBe(ok);
    expect(told.detail).toContain(detail);
  });
});

describe('what a node says of its machine', () => {
  it('is UUID, serial number and name', () => {
    expect(marksOf('4c4c4544-0035-4a10-8051-b7c04f4a3333\nABC1234\nn1\n')).toEqual({ hostName: 'n1', uuid: '4c4c4544-0035-4a10-8051-b7c04f4a3333', serials: ['ABC1234'] });
  });

  it.each(['\n\nn1', '00000000-0000-0000-0000-000000000000\nTo Be Filled By O.E.M.\nn1', 'ffffffff-ffff-ffff-ffff-ffffffffffff\nDefault string\nn1', 'Not Settable\n0\nn1'])('is nothing where its maker wrote nothing (%#)', (answer) => {
    expect(marksOf(answer)).toEqual({ hostName: 'n1', uuid: null, serials: [] });
  });
});
