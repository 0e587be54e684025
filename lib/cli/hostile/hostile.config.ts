import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** The half of `npm run test:crash` that needs the lab, which each file starts and leaves up from case to case. */
export default defineConfig({
  test: {
    include: ['lib/cli/hostile/*.crash.test.ts'],
    globalSetup: [fileURLToPath(new URL('results.ts', import.meta.url))],
    env: { TZ: 'UTC' },
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 36_000_000,
    hookTimeout: 900_000,
  },
});
