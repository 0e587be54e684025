import { afterEach, expect, test } from 'vitest';
import { endAll, play } from '../../platforms/proxmox/testing/model/play.ts';
import { liveMigrate } from './live-migrate.ts';
import { contextOfModel } from './testing.ts';

afterEach(endAll);

/** The membership is without a silent node after 9 s; a look and a half later it must be over. By the model's clock, s. */
const soonS = 20;

test('a 5xx to a question in the middle of a migration says nothing of it: it is followed to its end', async () => {
  const played = await play({ answer: ({ call }, { tasks }) => (call === 'GET /cluster/ha/status/current' && tasks.some(({ type, endS }) => type === 'qmigrate' && endS === null) ? { status: 503, reason: 'Service Unavailable' } : null) });
  const operation = await liveMigrate(contextOfModel(played), 'web', 'pve2');
  await expect(operation.done).resolves.toMatchObject({ from: 'pve3', to: 'pve2' });
  expect(operation.log()).toContainEqual(expect.stringMatching(/ the cluster could not be read: GET .cluster.ha.status.current .*503 Service Unavailable/));
});

test.each([['pve2', 'the target'], ['pve3', 'the source']])('when %s dies in the middle of a migration, being %s, it is over as soon as the cluster says so, and nobody claims to know where the guest is', async (node) => {
  const played = await play({ work: { migrate: 300 } });
  const { cluster: { clock, power } } = played;
  const operation = await liveMigrate(contextOfModel(played), 'web', 'pve2');
  operation.done.catch(() => undefined);
  await operation.underWay;
  await power(node, 'off');
  const fromMs = clock.now();
  await expect(operation.done).rejects.toMatchObject({ fault: { blame: 'unknown', phase: 'live migration', message: expect.stringContaining(`${node} left the cluster`) as string, remedy: expect.stringContaining('HA recovers the guest') as string } });
  expect((clock.now() - fromMs) / 1000).toBeLessThan(soonS);
});
