import { readGround } from '../lib/scenario/prerequisites.ts';
import { matrixRow } from '../lib/scenario/row.ts';

matrixRow({
  row: 'prerequisites',
  title: 'The ground is right: what the other rows rely on is there',
  per: 'cluster',
  needs: [],
  gate: false,
  expectedMs: 15_000,
  deadlineMs: 300_000,
  prepare: () => ({
    target: { node: null, role: null, disk: null },
    faults: [],
    permissions: [],
    steps: ['Read votes, fencing of every node, room to repair, clocks, ways and permissions to migrate, folders for backups, and ask our own hands', 'Each must be as the other rows need it'],
  }),
  run: async (scenario) => {
    const findings = await scenario.step('Read the ground, and ask every hand', async () => readGround(scenario));
    await scenario.step('Each must be as the other rows need it', async () => {
      for (const finding of findings) scenario.expect(finding.title, finding.ok, finding.ok === true ? finding.detail : `${finding.detail}. ${finding.remedy}`);
    });
  },
});
