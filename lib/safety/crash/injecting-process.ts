/** The process that injects: the product's own lock, injection and mending, on the fast target. It is what the crash tests kill. */
import type { Hypervisor } from '../../adapters/hypervisor.ts';
import { loadEnvironment } from '../../environment/load.ts';
import { diskRemovalFault } from '../../faults/disk.ts';
import { nodePowerFault } from '../../faults/power.ts';
import type { Prober } from '../../probes/prober.ts';
import { createRun } from '../../record/run-writer.ts';
import { inject, revertAll } from '../../scenario/injection.ts';
import type { InjectionContext } from '../../scenario/injection.ts';
import { inventedSnapshot } from '../invented-cluster.ts';
import { takeLocalLock } from '../local-lock.ts';
import { clusterName } from './environment-file.ts';
import { endStretch, readOrders, useCountableWrites, waitForTracer } from './gate.ts';

useCountableWrites();
const { environments, reports } = readOrders();
const environment = loadEnvironment(clusterName, { folder: environments });
const writer = createRun({
  root: reports,
  description: {
    tool: 'ha-acceptance',
    environment: environment.name,
    platform: environment.platform,
    profile: null,
    simulated: true,
    cluster: { name: environment.arm, identity: environment.identity, versions: {}, settings: {} },
    prober: { engine: 'none', reason: 'nothing is measured', periodMs: 10, waitMs: 10_000, lateAfterMs: null },
    suites: [],
    limits: {},
    limitsFrom: 'none',
    seed: 1,
    host: { name: 'host', kernel: 'kernel', node: process.version, cores: 1, user: 'user' },
    environmentFile: {},
  },
});
const { signal } = new AbortController();
// The interlocks want a reading of the cluster; nothing else of it is asked for.
const hypervisor = { snapshot: async () => inventedSnapshot() } as unknown as Hypervisor;
const context: InjectionContext = {
  session: { environment, hypervisor, writer, prober: {} as Prober, identity: { name: environment.arm, identity: environment.identity }, before: inventedSnapshot(), armedWith: environment.arm, lockRun: null, signal },
  scenario: 'crash.cluster.r1',
  signal,
  progress: () => undefined,
};

waitForTracer(writer.folder);
const release = takeLocalLock(environment.identity, 'crash test');
await inject(nodePowerFault(environment, 'n1', null), context);
await inject(diskRemovalFault(environment, 'n2', 'disk.1'), context);
await revertAll(context);
release();
endStretch();
