import { clusterFindings } from '../lib/scenario/health.ts';
import { matrixRow } from '../lib/scenario/row.ts';

matrixRow({
  row: 'cluster-health',
  title: 'The cluster is whole',
  per: 'cluster',
  needs: [],
  gate: false,
  expectedMs: 10_000,
  deadlineMs: 60_000,
  prepare: () => ({
    target: { node: null, role: null, disk: null },
    faults: [],
    permissions: [],
    steps: ['Read quorum, nodes with their roles, guests with their places, storage, operations under way, clocks', 'Each must be as a whole cluster has it'],
  }),
  run: async (scenario) => {
    const findings = await scenario.step('Read the whole cluster', async () => clusterFindings(scenario));
    await scenario.step('Each must be as a whole cluster has it', async () => {
      for (const finding of findings) scenario.expect(finding.title, finding.ok, finding.ok === true ? finding.detail : `${finding.detail}. ${finding.remedy}`);
    });
  },
});
