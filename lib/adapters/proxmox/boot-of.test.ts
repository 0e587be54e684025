import { afterEach, expect, test } from 'vitest';
import { agentFile } from '../../platforms/proxmox/requests/agent.ts';
import { endAll, play } from '../../platforms/proxmox/testing/model/play.ts';
import type { Played } from '../../platforms/proxmox/testing/model/play.ts';
import { allRights } from '../../platforms/proxmox/testing/stand-in.ts';
import type { StandInAnswer } from '../../platforms/proxmox/testing/stand-in.ts';
import { bootOf } from './boot-of.ts';
import { contextOfModel } from './testing.ts';

afterEach(endAll);

const fileRead = 'GET /nodes/{node}/qemu/{vmid}/agent/file-read';
const answering = async (answer: StandInAnswer): Promise<Played> => play({ answer: ({ call }) => (call === fileRead ? answer : null) });

test('the boot of a guest is the one that it is in: another one after a start, and nothing is run for it', async () => {
  const played = await play();
  const context = contextOfModel(played);
  const guest = played.cluster.world.guests.get('100');
  const { boot, detail } = await bootOf(context, 'web');
  expect([boot, detail]).toEqual([guest?.process?.boot, '/proc/sys/kernel/random/boot_id, read by its agent']);
  if (guest?.process === undefined || guest.process === null) throw new Error('it runs');
  guest.process = { ...guest.process, boot: 'boot-another' };
  expect((await bootOf(context, 'web')).boot).toBe('boot-another');
  expect(played.cluster.standIn.asked.filter((asked) => asked.includes('/agent/'))).toEqual(Array.from({ length: 2 }, () => expect.stringMatching(/GET .*\/agent\/file-read/)));
});

test.each<[string, StandInAnswer, RegExp]>([
  ['Windows has no such file', { status: 500, reason: "Agent error: failed to open file '/proc/sys/kernel/random/boot_id'" }, /failed to open file/],
  ['the agent must not read files', { status: 500, reason: 'Agent error: Command guest-file-open has been disabled' }, /has been disabled/],
  ['there is no agent', { status: 500, reason: 'No QEMU guest agent configured' }, /Switch the agent on/],
  ['the file is empty', { data: { content: '', 'bytes-read': 0 } }, /answers ""/],
  ['the file is something else', { data: { content: 'not a word\nof it' } }, /answers "not a word/],
  ['the file is too long', { data: { content: 'x', truncated: 1 } }, /answers ""/],
])('unknown where %s, with the reason', async (_why, answer, detail) => {
  expect(await bootOf(contextOfModel(await answering(answer)), 'web')).toEqual({ boot: null, detail: expect.stringMatching(detail) as string });
});

test('unknown of guests that are none of ours, and given up when it is told to', async () => {
  const context = contextOfModel(await play());
  expect((await bootOf(context, 'nosuch')).boot).toBeNull();
  await expect(bootOf(context, 'web', { signal: AbortSignal.abort(new Error('told to')) })).rejects.toThrow('told to');
});

test.each([['VM.GuestAgent.FileRead', true], ['VM.GuestAgent.Audit', false]])('with %s alone an account of 9 may read it: %s', async (privilege, may) => {
  const played = await play({ rights: { '/': (allRights['/'] ?? []).filter((each) => !each.startsWith('VM.GuestAgent') && each !== 'VM.Monitor').concat(privilege) } });
  const { boot, detail } = await bootOf(contextOfModel(played), 'web');
  expect([boot !== null, may || detail.includes('Permission check failed')]).toEqual([may, true]);
  if (!may) await expect(played.read(agentFile('pve2', '100', '/proc/sys/kernel/random/boot_id'))).rejects.toThrow('VM.GuestAgent.FileRead');
});
