import { afterEach, expect, test } from 'vitest';
import { endAll, play } from '../../platforms/proxmox/testing/model/play.ts';
import { tellRecovery } from './tell-recovery.ts';
import { contextOfModel } from './testing.ts';

afterEach(endAll);

test("of a worker: the lock of the dead node; of the manager's node, or of one whose role nobody knows, the manager's lock as well", async () => {
  const context = contextOfModel(await play());
  const worker = await tellRecovery(context, 'web', 'power', { role: 'worker' });
  expect(worker).toMatchObject({ loMs: 110_000, hiMs: 150_000, longestWait: { ms: 110_000, words: expect.stringContaining('120 s that the agent lock') as string } });
  expect([...worker.terms, worker.longestWait?.words].join()).not.toContain("manager's");
  const coordinator = await tellRecovery(context, 'web', 'power', { role: 'coordinator' });
  expect(coordinator).toMatchObject({ loMs: 110_000, hiMs: 270_000, longestWait: { words: expect.stringContaining("manager's lock") as string } });
  expect(await tellRecovery(context, 'web', 'power')).toMatchObject({ loMs: 110_000, hiMs: 270_000 });
});

test('what HA has of the guest is part of it, and of a node that was cut off that it resets itself', async () => {
  const context = contextOfModel(await play());
  const power = (await tellRecovery(context, 'web', 'power', { role: 'worker' })).terms.join('\n');
  expect(power).toMatch(/vm:100 may be started anew \d+ times on a node/);
  expect(power).not.toContain('watchdog');
  expect((await tellRecovery(context, 'web', 'network', { role: 'worker' })).terms.at(-1)).toContain('watchdog after 60 to 70 s');
});

test.each<[string, 'stopped' | null]>([['is no HA resource', null], ['is to be stopped', 'stopped']])('of a guest that HA does not restart, because it %s, nothing is expected', async (words, requested) => {
  const played = await play({ guests: [{ vmid: '100', node: 'pve3', requested }] });
  await expect(tellRecovery(contextOfModel(played), 'web', 'power')).rejects.toMatchObject({ fault: { message: expect.stringContaining(words) as string } });
});
