import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { Hypervisor } from '../adapters/hypervisor.ts';
import { drainEnd, drainFault } from './drain.ts';
import { nodeShutdownFault, shutdownTimeoutMs } from './shutdown.ts';
import { contextOf, environmentOf, fileSwitch } from './testing/world.ts';

/** A cluster of one node that notes what it is asked to do; `obeys`: it does it. */
function cluster(obeys = true): { hypervisor: Hypervisor; asked: string[] } {
  const asked: string[] = [];
  let drained = false;
  const hypervisor = {
    drainNode: async (node: string) => {
      asked.push(`drain ${node}`);
      drained = obeys;
    },
    undrainNode: async (node: string) => {
      asked.push(`undrain ${node}`);
      drained &&= !obeys;
    },
    shutDownNode: async (node: string) => void asked.push(`shut down ${node}`),
    snapshot: async () => ({ nodes: [{ name: 'n1', drained }] }),
  } as unknown as Hypervisor;
  return { asked, hypervisor };
}

describe('a drain', () => {
  const environment = environmentOf(['n1', 'n2'].map((name) => ({ name, address: '192.0.2.1', disks: [] })));

  it('is in force when the cluster says so, and is taken back by its undo, twice', async () => {
    const { hypervisor, asked } = cluster();
    const context = contextOf(environment, hypervisor);
    const fault = drainFault(environment, 'n1', 'worker');
    expect(await fault.confirmed(context)).toBe(false);
    await fault.apply(context);
    expect(await fault.confirmed(context)).toBe(true);
    expect(await drainEnd.verify(fault.undo, context)).toBe(false);
    await drainEnd.revert(fault.undo, context);
    await drainEnd.revert(fault.undo, context);
    expect(await drainEnd.verify(fault.undo, context)).toBe(true);
    expect(asked).toEqual(['drain n1', 'undrain n1', 'undrain n1']);
    expect(fault).toMatchObject({ name: 'maintenance', isGentle: true, target: { node: 'n1', role: 'worker', disk: null }, undo: { inverse: 'drain-end', version: 1, data: { node: 'n1' } } });
  });

  it('is not called taken back when the cluster does not obey', async () => {
    const { hypervisor } = cluster();
    const context = contextOf(environment, hypervisor);
    const { undo, apply } = drainFault(environment, 'n1', null);
    await apply(context);
    expect(await drainEnd.verify(undo, context)).toBe(false);
  });

  it('cannot be told of a node that the cluster does not know', async () => {
    const context = contextOf(environment, cluster().hypervisor);
    await expect(drainEnd.verify({ ...drainFault(environment, 'n2', null).undo }, context)).rejects.toThrow('knows no node');
    expect(() => drainFault(environment, 'n3', null)).toThrow('Add it under nodes');
  });
});

describe('a clean shutdown', () => {
  it('is asked of the cluster, over when the power is off, and undone by the power hand', async () => {
    const power = fileSwitch('on');
    const environment = environmentOf([{ name: 'n1', address: '192.0.2.1', disks: [], power: { hand: 'command', off: power.set('off'), on: power.set('on'), status: power.show } }]);
    const { hypervisor, asked } = cluster();
    const context = contextOf(environment, hypervisor);
    const fault = nodeShutdownFault(environment, 'n1', 'worker');
    await fault.apply(context);
    expect([asked, power.word(), await fault.confirmed(context)]).toEqual([['shut down n1'], 'on', false]);
    const [program = '', ...words] = power.set('off');
    spawnSync(program, words); // the node goes off by itself
    expect(await fault.confirmed(context)).toBe(true);
    expect(fault).toMatchObject({ name: 'node-shutdown', isGentle: true, undo: { inverse: 'power-on', version: 1, data: { node: 'n1' }, effectWithinMs: shutdownTimeoutMs } });
    power.remove();
  });

  it('is refused for a node that nobody could switch on again', () => {
    expect(() => nodeShutdownFault(environmentOf([{ name: 'n1', address: '192.0.2.1', disks: [] }]), 'n1', null)).toThrow('Nobody can switch the power of "n1"');
  });
});
