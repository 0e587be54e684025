import { judgeReplicas } from '../lib/scenario/replication.ts';
import { matrixRow } from '../lib/scenario/row.ts';

matrixRow({
  row: 'replication',
  title: 'The replica of the recovery plan is current, and can take over',
  per: 'cluster',
  needs: ['replication'],
  gate: true,
  expectedMs: 10_000,
  deadlineMs: 300_000,
  prepare: () => ({
    target: { node: null, role: null, disk: null },
    faults: [],
    permissions: [],
    steps: ['Read the replicas of every guest', 'Each was synchronised well and as its schedule has it, and the node that is to take over has its disks'],
  }),
  run: async (scenario, { steps: [read = '', judge = ''] }) => {
    const replicas = await scenario.step(read, async () => scenario.hypervisor.replicas?.({ signal: scenario.signal }));
    await scenario.step(judge, async () => judgeReplicas(scenario, replicas));
  },
});
