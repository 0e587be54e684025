import { afterEach, describe, expect, it } from 'vitest';
import { serveTls } from '../transports/testing/tls-server.ts';
import type { TlsTestServer } from '../transports/testing/tls-server.ts';
import type { PowerHand } from '../environment/environment.ts';
import { nodePowerFault, powerOn } from './power.ts';
import { contextOf, environmentOf, fileSwitch, secretOf } from './testing/world.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const system = '/redfish/v1/Systems/1';
const secret = 'admin:canary-password';

interface InventedBmc {
  power: string;
  resets: string[];
  /** The next answers to a reset: `lost` switches and cuts, `deaf` cuts only, `stuck` accepts and does nothing. */
  next: ('lost' | 'deaf' | 'stuck' | 'broken')[];
  server: TlsTestServer;
  hand: PowerHand;
}

/** A BMC invented after DSP0266 that may lose an answer. */
async function inventedBmc(): Promise<InventedBmc> {
  const bmc: Omit<InventedBmc, 'server' | 'hand'> = { power: 'On', resets: [], next: [] };
  const server = await serveTls((request, response, body) => {
    if (request.method !== 'POST') {
      const documents: Record<string, unknown> = {
        '/redfish/v1/': { Systems: { '@odata.id': '/redfish/v1/Systems' } },
        '/redfish/v1/Systems': { Members: [{ '@odata.id': system }] },
        [system]: { '@odata.id': system, Id: '1', PowerState: bmc.power, Actions: { '#ComputerSystem.Reset': { target: `${system}/Actions/ComputerSystem.Reset`, 'ResetType@Redfish.AllowableValues': ['On', 'ForceOff'] } } },
      };
      return response.end(JSON.stringify(documents[request.url ?? ''] ?? {}));
    }
    const type = (JSON.parse(body) as { ResetType: string }).ResetType;
    bmc.resets.push(type);
    const how = bmc.next.shift();
    if (how === undefined || how === 'lost') bmc.power = type === 'On' ? 'On' : 'Off';
    if (how === 'lost' || how === 'deaf') return request.socket.destroy();
    return response.writeHead(how === 'broken' ? 500 : 204).end();
  });
  closers.push(async () => server.close());
  return Object.assign(bmc, { server, hand: { hand: 'redfish', url: server.baseUrl, credentials: secretOf(secret), fingerprint: server.fingerprint } satisfies PowerHand });
}

function worldOf(power: PowerHand | undefined): ReturnType<typeof contextOf> {
  return contextOf(environmentOf([{ name: 'n1', address: '192.0.2.11', disks: [], ...(power === undefined ? {} : { power }) }]));
}

describe('node-power through Redfish', () => {
  it('cuts the power, confirms it, and its undo gives it back from the data alone', async () => {
    const bmc = await inventedBmc();
    const context = worldOf(bmc.hand);
    const fault = nodePowerFault(context.environment, 'n1', 'coordinator');
    expect(fault.target).toEqual({ node: 'n1', role: 'coordinator', disk: null });
    expect(await fault.confirmed(context)).toBe(false);
    await fault.apply(context);
    expect(await fault.confirmed(context)).toBe(true);
    const undo = JSON.parse(JSON.stringify(fault.undo)) as typeof fault.undo;
    expect(await powerOn.verify(undo, context)).toBe(false);
    await powerOn.revert(undo, context);
    expect(await powerOn.verify(undo, context)).toBe(true);
    await powerOn.revert(undo, context);
    expect(bmc.resets).toEqual(['ForceOff', 'On']);
  });

  it.each([
    ['lost although it was carried out', 'lost', ['ForceOff']],
    ['lost, and nothing happened', 'deaf', ['ForceOff', 'ForceOff']],
    ['an internal error', 'broken', ['ForceOff', 'ForceOff']],
  ] as const)('looks before it asks again when the answer is %s', async (_what, how, resets) => {
    const bmc = await inventedBmc();
    bmc.next = [how];
    const context = worldOf(bmc.hand);
    const fault = nodePowerFault(context.environment, 'n1', null);
    await fault.apply(context);
    expect(await fault.confirmed(context)).toBe(true);
    expect(bmc.resets).toEqual(resets);
  });

  it('does not take the word of a BMC that accepts and does nothing', async () => {
    const bmc = await inventedBmc();
    bmc.next = ['stuck'];
    const context = worldOf(bmc.hand);
    const fault = nodePowerFault(context.environment, 'n1', null);
    await fault.apply(context);
    expect(await fault.confirmed(context)).toBe(false);
  });

  it('does not call a machine mended that is still powering on', async () => {
    const bmc = await inventedBmc();
    bmc.power = 'PoweringOn';
    const context = worldOf(bmc.hand);
    expect(await powerOn.verify(nodePowerFault(context.environment, 'n1', null).undo, context)).toBe(false);
  });

  it('writes a manual command that names the reference and not the secret', async () => {
    const bmc = await inventedBmc();
    const { undo } = nodePowerFault(worldOf(bmc.hand).environment, 'n1', null);
    const text = JSON.stringify(undo);
    expect(text).not.toContain('canary');
    expect(text).toContain('env:BMC');
    expect(undo.manual.join('\n')).toContain('$BMC_CREDENTIALS');
    expect(undo.manual.join('\n')).toContain(`${bmc.server.baseUrl}/redfish/v1/Systems/ID/Actions/ComputerSystem.Reset`);
    expect(undo.data).toEqual({ node: 'n1' });
  });

  it('opens a session by hand where the BMC takes no basic authentication', async () => {
    const { hand } = await inventedBmc();
    const { manual } = nodePowerFault(worldOf({ ...hand, login: 'session' } as PowerHand).environment, 'n1', null).undo;
    expect(manual[1]).toMatch(/^token=.*--data @- '\S+\/redfish\/v1\/SessionService\/Sessions'/);
    expect(manual.at(-1)).toContain('"X-Auth-Token: $token"');
    expect(manual.join('\n')).not.toMatch(/--user|canary/);
  });

  it('sends nothing to a machine with another certificate', async () => {
    const bmc = await inventedBmc();
    const other = await inventedBmc();
    const context = worldOf({ ...bmc.hand, fingerprint: other.server.fingerprint } as PowerHand);
    await expect(nodePowerFault(context.environment, 'n1', null).apply(context)).rejects.toThrow('certificate');
    expect(bmc.server.asked).toEqual([]);
  });
});

describe('node-power by command', () => {
  it('cuts and gives back', async () => {
    const state = fileSwitch('on');
    closers.push(state.remove);
    const context = worldOf({ hand: 'command', off: state.set('off'), on: state.set('on'), status: state.show });
    const fault = nodePowerFault(context.environment, 'n1', null);
    await fault.apply(context);
    expect(state.word()).toBe('off');
    expect(await fault.confirmed(context)).toBe(true);
    await powerOn.revert(fault.undo, context);
    expect(await powerOn.verify(fault.undo, context)).toBe(true);
    expect(context.said).toEqual(['cutting the power of n1 through the command sh', 'powering n1 on through the command sh']);
  });
});

describe('what the environment file lacks', () => {
  it('is told with the key to add', () => {
    const { environment } = worldOf(undefined);
    expect(() => nodePowerFault(environment, 'n1', null)).toThrow('add nodes[].power of "n1"');
    expect(() => nodePowerFault(environment, 'n9', null)).toThrow('has no node "n9"');
  });

  it('is told of an undo whose node is gone from the file, or whose data are damaged', async () => {
    const context = worldOf(undefined);
    const undo = { inverse: 'power-on', version: 1, data: { node: 'n9' }, title: '', manual: [] };
    await expect(powerOn.revert(undo, context)).rejects.toThrow('has no node "n9"');
    await expect(powerOn.revert({ ...undo, data: {} }, context)).rejects.toThrow('names no "node"');
  });
});
