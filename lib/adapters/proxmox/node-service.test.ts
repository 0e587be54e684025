import { afterEach, describe, expect, test } from 'vitest';
import { endAll, play, processOf } from '../../platforms/proxmox/testing/model/play.ts';
import type { Played } from '../../platforms/proxmox/testing/model/play.ts';
import { registerSecret } from '../../record/scrub.ts';
import { SshError } from '../../transports/ssh-error.ts';
import type { ProxmoxContext } from './context.ts';
import { setDrained, shutDownNode } from './node-service.ts';
import { contextOfModel, shellsOf } from './testing.ts';

afterEach(endAll);

async function withShells(spoil?: (command: string) => void): Promise<{ played: Played; context: ProxmoxContext; told: string[] }> {
  const played = await play({ guests: [{ vmid: '100', node: 'pve3' }] });
  const { fleet, told } = shellsOf(played, spoil);
  return { played, context: { ...contextOfModel(played), fleet }, told };
}

describe('a node is taken out of service', () => {
  test('by one command, is out when manager and resource manager say so, and the guests go; asked again, nothing is sent', async () => {
    const { played, context, told } = await withShells();
    await setDrained(context, 'pve3', true);
    await setDrained(context, 'pve3', true);
    expect(told).toEqual([expect.stringMatching(/^pve\d: ha-manager crm-command node-maintenance enable pve3$/)]);
    await played.until(() => played.cluster.world.guests.get('100')?.process?.node !== 'pve3');
  });

  test('and back: it is over only when HA has carried home what it had moved away', async () => {
    const { played, context, told } = await withShells();
    await setDrained(context, 'pve3', true);
    await played.until(() => played.cluster.world.guests.get('100')?.process?.node !== 'pve3');
    await setDrained(context, 'pve3', false);
    expect(told.at(-1)).toMatch(/node-maintenance disable pve3$/);
    expect(played.cluster.world.guests.get('100')?.process?.node).toBe('pve3');
    expect(played.cluster.world.manager.services.get('vm:100')).toMatchObject({ state: 'started', node: 'pve3', homeNode: null });
  });

  test('though the connection broke after the command was sent', async () => {
    const { played, context, told } = await withShells(() => {
      throw new SshError('lost', 'pve1', 'The connection to pve1 broke.');
    });
    await setDrained(context, 'pve3', true);
    expect([played.cluster.world.manager.nodes.get('pve3'), told.length]).toEqual(['maintenance', 1]);
  });
});

test('what a node says that refuses is quoted without half a secret', async () => {
  registerSecret('half-secret-of-ha-manager');
  const { context } = await withShells();
  const refusing = [...(context.fleet?.hosts ?? [])].map(([name, host]) => [name, { ...host, exec: async () => ({ code: 1, stdout: '', stderr: `${'x'.repeat(390)}half-secret-of-ha-manager`, ms: 1 }) }] as const);
  const fleet = context.fleet === null ? null : { ...context.fleet, hosts: new Map(refusing) };
  await expect(setDrained({ ...context, fleet }, 'pve3', true)).rejects.toThrow(/status 1: x{390}\[secret\]\./);
});

describe('a node is asked to shut down', () => {
  test('through the endpoint of another one: its own may be gone before it has answered', async () => {
    const played = await play({ guests: [{ vmid: '100', node: 'pve1' }] });
    await shutDownNode(contextOfModel(played), 'pve1');
    expect(played.cluster.standIn.asked.filter((line) => line.includes('POST'))).toEqual([expect.stringMatching(/^pve[23] POST \/nodes\/pve1\/status command=shutdown$/)]);
    await played.until(() => played.cluster.world.nodes.get('pve1')?.power === 'off');
    await played.until(() => ['pve2', 'pve3'].includes(played.cluster.world.guests.get('100')?.process?.node ?? ''));
  });

  test.each(['migrate', 'failover'] as const)('under the policy "%s", which lets its guests go elsewhere', async (shutdownPolicy) => {
    const played = await play({ guests: [{ vmid: '100', node: 'pve1' }], shutdownPolicy });
    await shutDownNode(contextOfModel(played), 'pve1');
    await played.until(() => played.cluster.world.nodes.get('pve1')?.power === 'off');
    await played.until(() => processOf(played) !== null);
    expect(processOf(played)).toMatch(/^pve[23]$/);
  });

  test('not under the policy "freeze", which keeps its guests from every other node: the remedy is named', async () => {
    const played = await play({ shutdownPolicy: 'freeze' });
    await expect(shutDownNode(contextOfModel(played), 'pve3')).rejects.toMatchObject({ fault: { blame: 'cluster', message: expect.stringContaining('"freeze"') as string, remedy: expect.stringContaining('shutdown_policy') as string } });
    expect(played.cluster.world.nodes.get('pve3')?.going).toBeNull();
  });

  test('not one that the cluster does not know, and not without quorum', async () => {
    const played = await play();
    await expect(shutDownNode(contextOfModel(played), 'pve9')).rejects.toMatchObject({ fault: { blame: 'tool', target: 'pve9', message: expect.stringContaining('knows no node "pve9"') as string } });
    for (const node of ['pve2', 'pve3']) await played.cluster.power(node, 'off');
    await played.pass(20);
    await expect(shutDownNode(contextOfModel(played), 'pve1')).rejects.toMatchObject({ fault: { blame: 'cluster', message: expect.stringContaining('quorum') as string } });
    expect(played.cluster.world.nodes.get('pve1')?.going).toBeNull();
  });
});
