import { afterAll } from 'vitest';
import { describeAdapterContract } from '../contract.ts';
import { connectHyperv } from './connect-hyperv.ts';
import { serveCluster, type ServedCluster } from './testing.ts';

const open: ServedCluster[] = [];

afterAll(async () => {
  for (const served of open) await served.close();
});

describeAdapterContract('hyperv, against a cluster that is played', async () => {
  const served = await serveCluster();
  open.push(served);
  return { hypervisor: await connectHyperv(served.environment, { signal: new AbortController().signal }), environment: served.environment };
});
