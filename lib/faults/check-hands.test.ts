import { afterEach, describe, expect, it } from 'vitest';
import type { NodeConfig } from '../environment/environment.ts';
import { checkHands } from './check-hands.ts';
import { environmentOf, fileSwitch } from './testing/world.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const signal = AbortSignal.timeout(20_000);

function show(word: string): string[] {
  const state = fileSwitch(word);
  closers.push(state.remove);
  return state.show;
}

function node(name: string, power: string | null, disk: string | null): NodeConfig {
  return {
    name,
    address: '192.0.2.11',
    ...(power === null ? {} : { power: { hand: 'command', off: ['false'], on: ['false'], status: show(power) } }),
    disks: disk === null ? [] : [{ id: 'osd.0', hand: 'command', remove: ['false'], insert: ['false'], status: show(disk) }],
  };
}

async function findings(nodes: NodeConfig[], allow = {}): Promise<[string, boolean | null][]> {
  return (await checkHands(environmentOf(nodes, allow), { signal })).map(({ title, ok }) => [title, ok]);
}

describe('checkHands', () => {
  it('finds what is on and present well', async () => {
    expect(await findings([node('n1', 'on', 'present')])).toEqual([['power of n1 is on', true], ['disk osd.0 of n1 is in its slot', true]]);
  });

  it('finds what an earlier run may have left off or out', async () => {
    expect(await findings([node('n1', 'off', 'removed')])).toEqual([['power of n1 is on', false], ['disk osd.0 of n1 is in its slot', false]]);
  });

  it('says of a hand that does not answer that it cannot tell, and why', async () => {
    const [finding] = await checkHands(environmentOf([node('n1', 'no idea', 'present')]), { signal });
    expect(finding?.ok).toBeNull();
    expect(finding?.detail).toContain('one of the words on, off');
  });

  it('misses a hand where a fault is allowed, and only there', async () => {
    expect(await findings([node('n1', null, null)])).toEqual([['node n1 has a hand for power', false], ['node n1 has a hand for disks', false]]);
    expect(await findings([node('n1', null, null)], { faults: ['live-migration'] })).toEqual([]);
    expect(await findings([node('n1', null, null)], { nodes: [] })).toEqual([]);
    expect(await findings([node('n1', null, null)], { faults: ['network-partition'] })).toEqual([['node n1 has a hand for network', false]]);
  });

  it('finds a node that an earlier run may have left cut off', async () => {
    const cut = { ...node('n1', null, null), network: { hand: 'command' as const, disconnect: ['false'], connect: ['false'], status: show('disconnected') } };
    expect(await findings([cut], { faults: ['network-partition'] })).toEqual([['node n1 is connected to the network', false]]);
  });
});
