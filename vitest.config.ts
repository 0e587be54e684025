import { existsSync, globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** The lab needs Linux on amd64, root, and mmdebstrap; elsewhere what needs it is left out, and said so. */
const labRuns = process.platform === 'linux' && process.arch === 'x64' && process.getuid?.() === 0 && existsSync('/usr/bin/mmdebstrap');
const onTheLab = ['lib/**/*.e2e.test.ts'];
if (!labRuns) process.stderr.write(`The lab cannot run here (it needs Debian on amd64, root and mmdebstrap). Left out:\n${globSync(onTheLab).map((file) => `  ${file}\n`).join('')}`);

/** Where CI wants the counts of passed and failed tests. */
const resultsFile = process.env['HA_ACCEPTANCE_TEST_RESULTS'];

/** The project's own tests. The suites that run against a cluster are started by `ha-acceptance run`, not from here. */
export default defineConfig({
  test: {
    env: { TZ: 'UTC' },
    // A real cluster, real sockets and a machine shared with others: CI gives a test a second attempt, and .ci/run names those that took it.
    retry: process.env['CI'] === undefined ? 0 : 1,
    ...(resultsFile === undefined ? {} : { reporters: ['default', ['json', { outputFile: resultsFile }]] }),
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          setupFiles: ['lib/record/testing-seed.ts'],
          include: ['lib/**/*.test.ts'],
          exclude: ['lib/**/*.e2e.test.ts', 'lib/**/*.crash.test.ts', 'lib/**/*.lab.test.ts'],
          // It imports JSON in a way that Node itself refuses.
          server: { deps: { inline: ['@actions/workflow-parser'] } },
          pool: 'forks',
          // Most of them wait: for windows in which a cluster must stay steady, for outages to pass.
          maxWorkers: 2 * availableParallelism(),
          // Many start the command itself, and a busy machine takes ten times as long: only what hangs is to run out of time.
          testTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: labRuns ? onTheLab : [],
          pool: 'forks',
          fileParallelism: false,
          testTimeout: 600_000,
          hookTimeout: 600_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
