import { writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { Hypervisor } from '../adapters/hypervisor.ts';
import type { InverseContext } from './fault.ts';
import type { HandLog } from './hand-log.ts';
import { networkConnectWith, networkPartitionFault } from './partition.ts';
import { contextOf, environmentOf, fileSwitch } from './testing/world.ts';
import type { FileSwitch } from './testing/world.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

interface Bench {
  port: FileSwitch;
  power: FileSwitch;
  context: InverseContext & { said: string[] };
  /** How often the cluster was asked. */
  asked: () => number;
}

/** A node with two switches; `unclean`: what the cluster says of it, one answer a question, the last one for ever; null: it does not answer. */
function bench(unclean: (boolean | null)[] = [false], { port = 'connected', power = 'on' } = {}): Bench {
  const [ports, powers] = [fileSwitch(port), fileSwitch(power)];
  closers.push(ports.remove, powers.remove);
  const node = {
    name: 'n1', address: '192.0.2.11', disks: [],
    power: { hand: 'command' as const, off: powers.set('off'), on: powers.set('on'), status: powers.show },
    network: { hand: 'command' as const, disconnect: ports.set('disconnected'), connect: ports.set('connected'), status: ports.show },
  };
  const answers = [...unclean];
  let asked = 0;
  const snapshot = async (): Promise<object> => {
    asked += 1;
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer === null) throw new Error('no node answers');
    return { nodes: [{ name: 'n1', unclean: answer }] };
  };
  return { port: ports, power: powers, asked: () => asked, context: contextOf(environmentOf([node]), { snapshot } as unknown as Hypervisor) };
}

const quick = networkConnectWith({ calmMs: 40, fencingMs: 600, pollMs: 10 });

describe('network-partition', () => {
  it('cuts the node, confirms it, and its undo connects it from the data alone', async () => {
    const { port, context } = bench();
    const fault = networkPartitionFault(context.environment, 'n1', 'worker');
    expect([fault.name, fault.target, fault.undo.data]).toEqual(['network-partition', { node: 'n1', role: 'worker', disk: null }, { node: 'n1' }]);
    expect(await fault.confirmed(context)).toBe(false);
    await fault.apply(context);
    expect([port.word(), await fault.confirmed(context), await quick.verify(fault.undo, context)]).toEqual(['disconnected', true, false]);
    await quick.revert(fault.undo, context);
    expect([port.word(), await quick.verify(fault.undo, context)]).toEqual(['connected', true]);
  });

  it('its undo switches a node on that the cluster has fenced, and is not verified before', async () => {
    const { power, context } = bench([false], { port: 'disconnected', power: 'off' });
    const { undo } = networkPartitionFault(context.environment, 'n1', null);
    await quick.revert(undo, context);
    expect(power.word()).toBe('on');
    expect(await quick.verify(undo, context)).toBe(true);
  });

  it('each process that cuts, connects or powers on is on record before it begins', async () => {
    const { power, context } = bench();
    const begun: string[] = [];
    const hands: HandLog = { id: 'entry', optional: false, begin: (_, words) => {
      begun.push(words.split(' ').at(-2) ?? '');
      return () => undefined;
    } };
    const fault = networkPartitionFault(context.environment, 'n1', null);
    expect(fault.byProcess).toBe(true);
    await fault.apply({ ...context, hands });
    writeFileSync(power.show.at(-1) ?? '', 'off');
    await quick.revert(fault.undo, { ...context, hands });
    expect([begun, power.word()]).toEqual([['disconnected', 'connected', 'on'], 'on']);
  });

  it('is not verified when the cluster fences the node after all', async () => {
    const { context, power } = bench([true]);
    const { undo } = networkPartitionFault(context.environment, 'n1', null);
    const verified = networkConnectWith({ calmMs: 40, fencingMs: 15_000, pollMs: 10 }).verify(undo, context);
    setTimeout(() => writeFileSync(power.show.at(-1) ?? '', 'off'), 150);
    expect(await verified).toBe(false);
  });

  it('waits until the cluster no longer gives the node up', async () => {
    const { context, asked } = bench([true, true, true, false]);
    const calm = networkConnectWith({ calmMs: 0, fencingMs: 60_000, pollMs: 1 });
    expect(await calm.verify(networkPartitionFault(context.environment, 'n1', null).undo, context)).toBe(true);
    expect(asked()).toBe(4);
  });

  it('is verified by the hands alone after the longest fencing when no node of the cluster answers', async () => {
    const { context, asked } = bench([null]);
    expect(await quick.verify(networkPartitionFault(context.environment, 'n1', null).undo, context)).toBe(true);
    expect(asked()).toBeGreaterThan(1);
  });

  it('is refused without a hand on the switch, and without one on the power', () => {
    const bare = { name: 'n1', address: '192.0.2.11', disks: [] };
    const network = { hand: 'command' as const, disconnect: ['false'], connect: ['false'], status: ['false'] };
    expect(() => networkPartitionFault(environmentOf([bare]), 'n1', null)).toThrow('nodes[].network of "n1"');
    expect(() => networkPartitionFault(environmentOf([{ ...bare, network }]), 'n1', null)).toThrow('nodes[].power of "n1"');
  });
});
