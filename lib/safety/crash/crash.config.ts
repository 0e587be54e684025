import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** `npm run test:crash`: every crash point. `npm test` runs a fixed sample of them (crash-sample.test.ts). */
export default defineConfig({
  test: {
    include: ['lib/safety/crash/*.crash.test.ts'],
    globalSetup: [fileURLToPath(new URL('results.ts', import.meta.url))],
    env: { TZ: 'UTC' },
    pool: 'forks',
    // Most of the time everybody waits for a hand.
    maxWorkers: 5,
    testTimeout: 3_600_000,
    hookTimeout: 60_000,
  },
});
