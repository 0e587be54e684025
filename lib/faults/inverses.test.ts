import { describe, expect, it } from 'vitest';
import type { Hypervisor } from '../adapters/hypervisor.ts';
import type { GuestConfig } from '../environment/environment.ts';
import { backupUndo } from './backup.ts';
import { inverses } from './inverses.ts';
import { placementUndo } from './placement.ts';
import { scratchUndo } from './scratch.ts';
import { contextOf, environmentOf } from './testing/world.ts';

const guest: GuestConfig = { name: 'web', id: '100', kind: 'vm', address: '192.0.2.80', probes: [] };

/** A cluster that notes what it is asked to clear; `stuck`: it cannot. */
function cluster(stuck: boolean): { hypervisor: Hypervisor; asked: string[] } {
  const asked: string[] = [];
  const note = (what: string) => async (name: string): Promise<void> => {
    asked.push(`${what} ${name}`);
    if (stuck) throw new Error('the constraint is still there');
  };
  return { asked, hypervisor: { clearPlacement: note('placement'), abandonBackups: note('backups'), scratch: { removeScratch: note('scratch') } } as unknown as Hypervisor };
}

describe('the registry', () => {
  it('knows every undo of this tool by name and version', () => {
    expect([...inverses].map(([name, { versions }]) => [name, ...versions])).toEqual([['power-on', 1], ['disk-insert', 1, 2], ['placement', 1], ['backup-remains', 1], ['network-connect', 1], ['scratch-remains', 1], ['drain-end', 1]]);
  });

  it.each([
    ['placement', placementUndo(guest), 'placement web'],
    ['backup-remains', backupUndo(guest), 'backups web'],
    ['scratch-remains', scratchUndo(guest), 'scratch web'],
  ])('carries %s out through the adapter, for the guest in the data', async (name, undo, call) => {
    expect([undo.inverse, undo.version, undo.data]).toEqual([name, 1, { guest: 'web' }]);
    const { hypervisor, asked } = cluster(false);
    const context = contextOf(environmentOf([]), hypervisor);
    await inverses.get(undo.inverse)?.revert(undo, context);
    expect(asked).toEqual([call]);
    expect(await inverses.get(undo.inverse)?.verify(undo, context)).toBe(true);
  });

  it.each([placementUndo(guest), backupUndo(guest), scratchUndo(guest)])('does not call $inverse mended while something stays', async (undo) => {
    const context = contextOf(environmentOf([]), cluster(true).hypervisor);
    await expect(inverses.get(undo.inverse)?.verify(undo, context)).rejects.toThrow('still there');
  });
});
