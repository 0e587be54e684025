import { afterEach, expect, test } from 'vitest';
import { guestsOfNode, migrateVm } from '../../../platforms/proxmox/requests/guests.ts';
import { endAll, play } from '../../../platforms/proxmox/testing/model/play.ts';
import { runsTwice } from './twice.ts';

afterEach(endAll);

test('a guest runs a second time on the target of its migration that was lost, once that is back, and for a while', async () => {
  const { cluster, write, read, pass, until } = await play({ work: { migrate: 180 }, answer: runsTwice() });
  const running = async (node: string): Promise<string[]> => (await read(guestsOfNode(node, 'vm'))).filter((guest) => guest.running).map(({ vmid }) => vmid);
  await write(migrateVm('pve3', '100', 'pve1'));
  await until(() => cluster.world.tasks.some(({ type }) => type === 'qmigrate'));
  expect(await running('pve1')).toEqual([]);
  await cluster.power('pve1', 'off');
  expect(await running('pve3')).toEqual(['100']);
  // The migration is over by then.
  await pass(200);
  await cluster.power('pve1', 'on');
  await pass(60);
  expect([await running('pve1'), await running('pve3'), await running('pve2')]).toEqual([['100'], ['100'], []]);
  await pass(120);
  expect(await running('pve1')).toEqual([]);
});
