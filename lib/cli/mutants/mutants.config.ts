import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** `npm run test:lab`: the whole matrix on the lab, and labs with one thing wrong each, which the harness must catch. */
export default defineConfig({
  test: {
    include: ['lib/cli/mutants/*.lab.test.ts'],
    globalSetup: [fileURLToPath(new URL('results.ts', import.meta.url))],
    env: { TZ: 'UTC' },
    pool: 'forks',
    // A lab takes 1.3 GB, and its timing suffers from others beside it.
    fileParallelism: false,
    testTimeout: 3_600_000,
    hookTimeout: 60_000,
  },
});
