import { afterEach, describe, expect, it } from 'vitest';
import type { NodeConfig } from '../environment/environment.ts';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { selfSigned } from '../transports/testing/certificate.ts';
import { checkHands, checkMachines } from './check-hands.ts';
import { environmentOf, fileSwitch, secretOf } from './testing/world.ts';

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

describe('checkMachines', () => {
  /** A management controller of a machine of that name; the shape of its answers is Redfish's, invented for the test. */
  async function nodeBehind(name: string, hostName: string | null): Promise<NodeConfig> {
    const { key, cert } = selfSigned('bmc');
    const system = '/redfish/v1/Systems/1';
    const documents: Record<string, unknown> = {
      '/redfish/v1/': { Systems: { '@odata.id': '/redfish/v1/Systems' } },
      '/redfish/v1/Systems': { Members: [{ '@odata.id': system }] },
      [system]: { '@odata.id': system, Id: '1', HostName: hostName, PowerState: 'On' },
    };
    const server = createServer({ key, cert }, (request, response) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(documents[request.url ?? ''])));
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    closers.push(() => void server.close());
    const { port } = server.address() as AddressInfo;
    return { name, address: '192.0.2.11', disks: [], power: { hand: 'redfish', url: `https://127.0.0.1:${port}`, credentials: secretOf('user:password'), ca: secretOf(cert) } };
  }

  it.each<{ says: string | null; ok: boolean | null }>([
    { says: 'n1', ok: true },
    { says: 'N1.example.org', ok: true },
    { says: 'n2', ok: false },
    { says: '', ok: null },
    { says: null, ok: null },
  ])('a controller that says $says holds n1: $ok', async ({ says, ok }) => {
    const [found, ...more] = await checkMachines(environmentOf([await nodeBehind('n1', says)]), { signal });
    expect([found?.title, found?.ok, more]).toEqual(['the power hand of n1 holds n1', ok, []]);
    expect(found?.remedy).not.toBe('');
  });

  it('says nothing of a command, which cannot know', async () => {
    expect(await checkMachines(environmentOf([node('n1', 'on', null)]), { signal })).toEqual([]);
  });
});
