import { afterEach, expect, test } from 'vitest';
import { endAll, play } from '../../platforms/proxmox/testing/model/play.ts';
import { liveMigrate } from './live-migrate.ts';
import { contextOfModel } from './testing.ts';

afterEach(endAll);

/** The membership is without a silent node after 9 s; a look and a half later it must be over. By the model's clock, s. */
const soonS = 20;

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
