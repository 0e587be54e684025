import { afterEach, expect, test } from 'vitest';
import { nodeTasks } from './requests/tasks.ts';
import { startTask } from './testing/model/tasks.ts';
import { endAll, play } from './testing/model/play.ts';

afterEach(endAll);

test('a task is found behind hundreds of newer ones, though the API lists fifty by itself', async () => {
  const { cluster: { world }, read } = await play();
  const ours = startTask(world, { node: 'pve1', type: 'vzdump', id: '100', user: 'harness@pve!acceptance', forS: 1 });
  for (let count = 0; count < 300; count += 1) startTask(world, { node: 'pve1', type: 'vncproxy', id: '100', user: 'root@pam', forS: 1 });
  expect((await read(nodeTasks('pve1', { vmid: '100' }))).map(({ upid }) => upid)).toContain(ours);
});
