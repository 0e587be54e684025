import { afterEach, describe, expect, test } from 'vitest';
import type { Environment } from '../../environment/environment.ts';
import type { GuestModel } from '../../platforms/proxmox/testing/model/world.ts';
import { endAll, play } from '../../platforms/proxmox/testing/model/play.ts';
import type { Played } from '../../platforms/proxmox/testing/model/play.ts';
import type { StandInRequest } from '../../platforms/proxmox/testing/stand-in.ts';
import { SshError } from '../../transports/ssh-error.ts';
import { askScratch, scratchAlive } from './ask-scratch.ts';
import { scratchIdOf } from './scratch-guest.ts';
import { contextOfModel, environment as recorded } from './testing.ts';

afterEach(endAll);

const scratch = scratchIdOf('100');
const url = 'http://web.example:8080/status?full=1';
const withScratch = async (more: Partial<GuestModel> = {}): Promise<Played> => play({ guests: [{ vmid: '100', node: 'pve3' }, { vmid: scratch, node: 'pve2', requested: null, ...more }] });

describe('a restored VM is asked by its own agent', () => {
  test('for the page of the original, on its own loopback, by the name that the original has', async () => {
    const played = await withScratch();
    expect(await askScratch(contextOfModel(played), 'web', url)).toBe(`${played.cluster.world.guests.get(scratch)?.process?.boot}\n`);
    const asked = decodeURIComponent(played.cluster.standIn.asked.find((line) => line.includes('/agent/exec ')) ?? '').replaceAll('+', ' ');
    expect(asked).toContain(`POST /nodes/pve2/qemu/${scratch}/agent/exec`);
    expect(asked).toContain('command=web.example:8080');
    expect(asked).toContain('command=http://127.0.0.1:8080/status?full=1');
  });

  test('and its word that it is up is the agent\'s', async () => {
    expect(await scratchAlive(contextOfModel(await withScratch()), 'web')).toBe(`the agent of ${scratch} on pve2 answers`);
  });
});

describe('that its program was begun says nothing of what it printed', () => {
  test.each<[string, object]>([
    ['that failed', { exited: 1, exitcode: 1, 'out-data': 'page' }],
    ['that was ended by a signal', { exited: 1, signal: 9, 'out-data': 'page' }],
    ['whose output was cut off', { exited: 1, exitcode: 0, 'out-data': 'page', 'out-truncated': 1 }],
  ])('one %s answered nothing', async (_what, data) => {
    const answer = ({ call }: StandInRequest) => (call === 'GET /nodes/{node}/qemu/{vmid}/agent/exec-status' ? { data } : null);
    const played = await play({ guests: [{ vmid: '100', node: 'pve3' }, { vmid: scratch, node: 'pve2', requested: null }], answer });
    expect(await askScratch(contextOfModel(played), 'web', url)).toBeNull();
    expect(played.cluster.standIn.asked.filter((line) => line.includes('/agent/exec-status'))).toHaveLength(1);
  });
});

/** Every call whose path has this part is answered so. */
const saying = async (part: string, answer: { status: number; reason: string }): Promise<Played> => play({ guests: [{ vmid: '100', node: 'pve3' }, { vmid: scratch, node: 'pve2', requested: null }], answer: ({ call }: StandInRequest) => (call.includes(part) ? answer : null) });

describe('nobody could ask it, which says nothing of it', () => {
  test.each<[string, () => Promise<Played>, string]>([
    ['while its node is away', async () => {
      const played = await withScratch();
      await played.cluster.power('pve2', 'off');
      return played;
    }, '595'],
    ['while its node is silent', async () => saying('/nodes/{node}/qemu/{vmid}/', { status: 596, reason: 'Connection timed out' }), '596'],
    ['while the API is at fault itself', async () => saying('/cluster/resources', { status: 500, reason: 'got timeout' }), 'got timeout'],
  ])('%s', async (_when, make, why) => {
    const context = contextOfModel(await make());
    const unasked = { unasked: expect.stringContaining(why) as string };
    expect(await askScratch(context, 'web', url)).toEqual(unasked);
    expect(await scratchAlive(context, 'web')).toEqual(unasked);
  });
});

describe('it says nothing yet, and that is no error', () => {
  test.each<[string, () => Promise<Played>]>([
    ['while there is none', async () => play()],
    ['while it does not run', async () => withScratch({ requested: 'stopped' })],
    ['while its agent has not started', async () => play({ guests: [{ vmid: '100', node: 'pve3' }, { vmid: scratch, node: 'pve2', requested: null }], work: { agent: 3600 } })],
    // Documented wording (qemu-server, PVE/QMPClient.pm): not recorded.
    ['while its agent takes questions and answers none', async () => saying('/agent/', { status: 500, reason: `VM ${scratch} qmp command 'guest-ping' failed - got timeout` })],
  ])('%s', async (_when, make) => {
    const context = contextOfModel(await make());
    expect(await askScratch(context, 'web', url)).toBeNull();
    expect(await scratchAlive(context, 'web')).toBeNull();
  });
});

describe('a restored container is asked through its node\'s shell', () => {
  const environment: Environment = { ...recorded, guests: [{ name: 'files', id: '200', kind: 'container', address: '192.0.2.81', probes: [] }] };
  const made = scratchIdOf('200');

  const lost = new SshError('lost', 'pve1', 'The connection to pve1 broke.');

  test.each<[string, { code: number; stdout: string } | Error, string | { unasked: string } | null, string | { unasked: string } | null]>([
    ['answers', { code: 0, stdout: 'page' }, 'page', `a program ran in ${made} on pve1`],
    ['has no such program', { code: 127, stdout: '' }, null, null],
    ['does not end its program', new SshError('timeout', 'pve1', '"pct" on pve1 did not end within 20 s.'), null, null],
    ['nobody reaches', lost, { unasked: lost.message }, { unasked: lost.message }],
  ])('that %s', async (_what, result, page, word) => {
    const played = await play({ guests: [{ vmid: '200', node: 'pve1', kind: 'container' }, { vmid: made, node: 'pve1', kind: 'container', requested: null }] });
    const told: string[] = [];
    const host = { name: 'pve1', exec: async (words: readonly string[]) => {
      const ms = told.push(words.join(' '));
      if (result instanceof Error) throw result;
      return { ...result, stderr: '', ms };
    }, close: async () => undefined };
    const context = { ...contextOfModel(played), environment, fleet: { hosts: new Map([['pve1', host]]), unreachable: () => new Map(), any: async () => Promise.reject(new Error('not asked')), each: async () => new Map(), close: async () => undefined } };
    expect(await askScratch(context, 'files', url)).toEqual(page);
    expect(await scratchAlive(context, 'files')).toEqual(word);
    expect(told.every((command) => command.startsWith(`pct exec ${made} -- /bin/sh -c `))).toBe(true);
  });
});
